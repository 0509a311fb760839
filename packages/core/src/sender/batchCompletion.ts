import type { BatchFailure, Clock, KafkaError, Verdict } from '@posthorn/contracts'
import { RecordError, TimeoutError } from '@posthorn/contracts'
import { ErrorCode, errorEntry } from '@posthorn/protocol'
import type { BatchOrder, RecordAccumulator } from '../accumulator/accumulator.ts'
import type { AcknowledgementListener } from '../accumulator/answers.ts'
import type { ProducerBatch } from '../accumulator/batch.ts'
import { divide } from '../accumulator/divide.ts'
import type { ProducerMetrics } from '../metrics/producerMetrics.ts'
import type { HookSet } from '../hooks/hookSet.ts'
import { backoffMs } from '../time/backoff.ts'
import { AnsweredBatches } from './answeredBatches.ts'
import { batchEvent } from './batchEvent.ts'
import { ownFate, withFate } from './fate.ts'
import type { GuardProxy } from './guardProxy.ts'

/** Settings that completion goes by; see the keys of the same names. */
export interface CompletionSettings {
  readonly retries: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly deliveryTimeoutMs: number
  readonly batchSize: number
}

/** What completion needs. */
export interface CompletionParts {
  readonly accumulator: RecordAccumulator
  readonly guard: GuardProxy | null
  readonly settings: CompletionSettings
  readonly clock: Clock
  readonly random: () => number
  readonly hooks: HookSet
  readonly codecName: string
  readonly metrics: ProducerMetrics
  readonly acknowledgements: AcknowledgementListener
  /** Something known about leaders turned out to be wrong. */
  requestMetadata(): void
}

/** One failed attempt at a batch. */
export interface FailedAttempt extends BatchFailure {
  /** Whether the broker may have stored the batch although the attempt failed. */
  readonly uncertain: boolean
  /** Messages for single records, by their place in the batch (KIP-467). */
  readonly recordErrors?: ReadonlyMap<number, string>
}

/** The one path by which batches end: success, retry, failure, expiry, abandonment. */
export class BatchCompletion {
  /** Records that were stored, since the beginning. */
  acknowledged = 0
  /** Records that failed after they had been taken into a batch, since the beginning. */
  failed = 0
  /** What brokers have answered, and nobody was told yet. */
  readonly answered: AnsweredBatches = new AnsweredBatches()
  private readonly parts: CompletionParts

  /** Without a guard nothing overtakes what goes back; with one, sequences tell. What has none yet comes later. */
  private readonly order: BatchOrder = (back, queued) => {
    const { guard } = this.parts
    return guard === null || queued.stamp === null || guard.compare(back, queued) < 0
  }

  constructor(parts: CompletionParts) {
    this.parts = parts
  }

  /** The request that held the batch is over, with whatever outcome: its partition may go on (RSP-19). */
  release(batch: ProducerBatch): void {
    const { guard } = this.parts
    batch.inFlight = false
    if (guard === null) batch.partition.muted = false
    else if (batch.state === 'settled') guard.onRequestOver(batch)
  }

  /** The broker stored the batch. `baseOffset` -1: at an unknown place. */
  succeed(batch: ProducerBatch, baseOffset: bigint, logAppendMs: number): void {
    if (batch.state === 'settled') return this.resume(batch)
    this.parts.guard?.onCompleted(batch, baseOffset)
    if (batch.succeed(baseOffset, logAppendMs, this.parts.acknowledgements)) this.settled(batch, null, baseOffset)
    this.resume(batch)
  }

  /** An attempt failed: try again, or give up. */
  failAttempt(batch: ProducerBatch, attempt: FailedAttempt): void {
    if (errorEntry(attempt.errorCode).refreshesMetadata) this.parts.requestMetadata()
    if (batch.state === 'settled') return this.resume(batch)
    batch.lastError = attempt.error
    batch.maybePersisted ||= attempt.uncertain
    const { settings, clock, guard } = this.parts
    const now = clock.now()
    const inTime = now < batch.createdMs + settings.deliveryTimeoutMs
    if (attempt.errorCode === ErrorCode.MESSAGE_TOO_LARGE && batch.recordCount > 1 && inTime) {
      this.split(batch)
      return
    }
    const retriesLeft = batch.attempts <= settings.retries && inTime
    const verdict = guard?.judge(batch, attempt) ?? verdictOn(attempt)
    if (verdict === 'complete') this.succeed(batch, -1n, -1)
    else if (verdict === 'retry' && retriesLeft) this.retry(batch, attempt.error, now)
    else {
      guard?.onFailed(batch, attempt, retriesLeft)
      this.fail(batch, withFate(attempt.error, batch), attempt.recordErrors)
      this.resume(batch)
    }
  }

  /** `deliveryTimeoutMs` is over (KIP-91). A request in flight goes on; its answer changes nothing for the user. */
  expire(batch: ProducerBatch): void {
    // What was answered in time has its outcome.
    this.answered.tellAll()
    if (batch.state === 'settled') return
    const { topic, partition } = batch.partition
    const attempted = batch.attempts > 0
    batch.maybePersisted ||= batch.inFlight
    const tries = attempted ? `after ${batch.attempts} attempt(s)` : 'without an attempt'
    const message =
      `${batch.recordCount} record(s) for ${topic}-${partition} expired ${tries}: ` +
      `${this.parts.settings.deliveryTimeoutMs} ms (deliveryTimeoutMs) have passed since the batch was opened`
    const { maybePersisted, lastError } = batch
    const details = { retriable: true, maybePersisted, topic, partition, cause: lastError ?? undefined }
    const error = new TimeoutError('DELIVERY_TIMEOUT', message, details)
    this.parts.guard?.onExpired(batch, attempted, error)
    this.fail(batch, error)
    this.resume(batch)
  }

  /** Gives a batch up without asking anybody. `errorOf` makes an error of its own for the batch. */
  abandon(batch: ProducerBatch, errorOf: (batch: ProducerBatch) => KafkaError): void {
    this.answered.tellAll()
    if (batch.state === 'settled') return
    batch.maybePersisted ||= batch.inFlight
    this.parts.guard?.onAbandoned(batch)
    this.fail(batch, errorOf(batch))
  }

  /** A batch cannot be sent, now or ever; `attempt.error` may be that of other batches too. */
  refuse(batch: ProducerBatch, attempt: FailedAttempt): void {
    if (batch.state === 'settled') return this.resume(batch)
    this.parts.guard?.onFailed(batch, attempt, true)
    this.fail(batch, ownFate(attempt.error, batch))
    this.resume(batch)
  }

  private retry(batch: ProducerBatch, error: KafkaError, now: number): void {
    const { settings, random, accumulator, hooks, metrics } = this.parts
    const backoff = this.leaderIsNewer(batch)
      ? 0
      : backoffMs(settings.retryBackoffMs, settings.retryBackoffMaxMs, batch.attempts - 1, random)
    accumulator.requeue(batch, backoff === 0 ? 0 : now + backoff, this.order)
    metrics.onRetry(batch.partition.topic, batch.recordCount)
    hooks.onRetry?.({ ...batchEvent(batch, this.parts.codecName), error, backoffMs: backoff })
  }

  /** The broker takes no batch of this size: smaller ones take its place, without a retry spent (RSP-06, KIP-126). */
  private split(batch: ProducerBatch): void {
    const { accumulator, guard, hooks, codecName, settings, metrics } = this.parts
    const pieces = divide(batch, Math.max(settings.batchSize, 1))
    // An earlier attempt, at the whole, may have ended without an answer.
    for (const piece of pieces) piece.maybePersisted = batch.maybePersisted
    guard?.onSplit(batch, pieces)
    metrics.record('splits', 1)
    hooks.onSplit?.({ ...batchEvent(batch, codecName), pieces: pieces.length })
    accumulator.replace(batch, pieces, this.order)
  }

  /** KIP-951: the attempt failed because of a leader that has been replaced meanwhile. */
  private leaderIsNewer(batch: ProducerBatch): boolean {
    return batch.partition.leaderEpoch > batch.attemptEpoch && batch.attemptEpoch >= 0
  }

  private fail(batch: ProducerBatch, reason: KafkaError, recordErrors?: ReadonlyMap<number, string>): void {
    const error = this.parts.guard?.outcomeOf(reason) ?? reason
    const errorOf = recordErrors === undefined ? () => error : recordErrorsOf(batch, error, recordErrors)
    if (batch.fail(errorOf, this.parts.acknowledgements)) this.settled(batch, error, -1n)
  }

  private settled(batch: ProducerBatch, error: KafkaError | null, baseOffset: bigint): void {
    const { hooks, accumulator, codecName, metrics, clock } = this.parts
    if (error === null) this.acknowledged += batch.recordCount
    else {
      this.failed += batch.recordCount
      metrics.onError(batch.partition.topic, batch.recordCount)
    }
    // First of all the batch has to be gone: one that is settled and still among the incomplete ones never expires.
    accumulator.onSettled(batch)
    hooks.onBatchSettled?.({ ...batchEvent(batch, codecName), error, baseOffset, settledMs: clock.now() })
  }

  private resume(batch: ProducerBatch): void {
    this.parts.accumulator.readiness.offer(batch.partition)
  }
}

/** What an answer means where nobody watches sequences. */
function verdictOn({ errorCode, error }: FailedAttempt): Verdict {
  if (errorCode === ErrorCode.DUPLICATE_SEQUENCE_NUMBER) return 'complete'
  return error.retriable ? 'retry' : 'fail'
}

/** KIP-467: the records named failed for reasons of their own, the others because of those. */
function recordErrorsOf(
  batch: ProducerBatch,
  error: KafkaError,
  messages: ReadonlyMap<number, string>,
): (index: number) => KafkaError {
  const { topic, partition } = batch.partition
  const { maybePersisted, severity } = error
  const details = { topic, partition, maybePersisted, severity, cause: error }
  const code = messages.size === 1 ? error.code : errorEntry(ErrorCode.INVALID_RECORD).name
  const bystander = `the record was in a batch with ${messages.size} invalid record(s)`
  return (index) => new RecordError(code, messages.get(index) ?? bystander, details)
}
