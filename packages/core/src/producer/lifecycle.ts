import type { Clock, KafkaError, Logger, Timer } from '@posthorn/contracts'
import { RecordError, StateError } from '@posthorn/contracts'
import type { RecordAccumulator } from '../accumulator/accumulator.ts'
import { FlushWait } from '../accumulator/flushWait.ts'
import type { ProducerMetrics } from '../metrics/producerMetrics.ts'
import type { BatchCompletion } from '../sender/batchCompletion.ts'
import type { HookSet } from '../hooks/hookSet.ts'
import type { GuardProxy } from '../sender/guardProxy.ts'
import type { CloseReport } from './producer.ts'
import type { WaitingRoom } from './waitingRoom.ts'

/** What closing needs. */
export interface LifecycleParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly accumulator: RecordAccumulator
  readonly completion: BatchCompletion
  readonly waitingRoom: WaitingRoom
  readonly metrics: ProducerMetrics
  readonly guard: GuardProxy | null
  readonly hooks: Pick<HookSet, 'onClosing'>
  /** Fails all that waits for an answer other than a delivery. */
  failWaits(error: KafkaError): void
  /** Stops loop and connections, then tells plugins. What they throw is logged. */
  dismantle(): void
}

/** Flush and close: the producer's state from open to closed, and what becomes of records on the way. */
export class Lifecycle {
  private readonly parts: LifecycleParts
  private closing: Promise<CloseReport> | null = null
  private closedError: KafkaError | null = null
  private endedBy: KafkaError | null = null
  private forced = false
  private force: () => void = () => {}
  /** Time-outs of `close` that run; the shortest wins. */
  private readonly timers = new Set<Timer>()

  constructor(parts: LifecycleParts) {
    this.parts = parts
  }

  /** Why records are refused now; `null` when they are taken. */
  get refusal(): KafkaError | null {
    return this.closed ?? this.parts.guard?.guard.refusal ?? null
  }

  /** No record is taken any more, for a reason that only a new producer can mend. */
  refuse(error: KafkaError): void {
    this.endedBy ??= error
  }

  /** Why nothing at all is possible any more; `null` while something is. */
  get closed(): KafkaError | null {
    return this.closedError ?? this.endedBy
  }

  /** Sends everything at once and waits for every outcome still missing at this moment, or until `signal` aborts. */
  async flush(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const { accumulator, waitingRoom, metrics, clock } = this.parts
    const startMs = clock.now()
    accumulator.readiness.hurry()
    let onAbort = (): void => {}
    try {
      await new Promise<void>((resolve, reject) => {
        onAbort = () => reject(signal?.reason as Error)
        signal?.addEventListener('abort', onAbort)
        const flush = new FlushWait(resolve)
        accumulator.addFlush(flush)
        waitingRoom.addFlush(flush)
        flush.arrive()
      })
      // Promises of records whose batch was divided settle a turn of the microtasks later than their batch.
      await Promise.resolve()
    } finally {
      signal?.removeEventListener('abort', onAbort)
      accumulator.readiness.relax()
    }
    metrics.record('flushTime', (clock.now() - startMs) * 1_000_000)
  }

  /** Closes once; a later call may only shorten the wait. */
  close(timeoutMs: number | undefined): Promise<CloseReport> {
    if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
      const message = `timeoutMs of close: expected 0 or more ms, received ${String(timeoutMs)}`
      return Promise.reject(new RecordError('INVALID_ARGUMENT', message))
    }
    if (this.closedError === null) {
      this.closedError = new StateError('PRODUCER_CLOSED', 'the producer is closed', { severity: 'fatal' })
      this.parts.guard?.onCloseCalled()
    }
    if (timeoutMs !== undefined && this.closing !== null) this.forceAfter(timeoutMs)
    this.closing ??= this.finish(timeoutMs)
    return this.closing
  }

  private async finish(timeoutMs: number | undefined): Promise<CloseReport> {
    const before = this.tally()
    const forced = new Promise<void>((resolve) => {
      this.force = () => {
        this.forced = true
        resolve()
      }
    })
    if (timeoutMs !== undefined) this.forceAfter(timeoutMs)
    await Promise.race([this.drained(), forced])
    for (const timer of this.timers) timer.cancel()
    this.parts.completion.answered.tellAll()
    const sent = this.tally()
    this.abandonAll()
    const after = this.tally()
    this.parts.dismantle()
    return {
      acknowledged: sent.acknowledged - before.acknowledged,
      failed: sent.failed - before.failed,
      abandoned: after.failed - sent.failed,
    }
  }

  /** Outcomes since the beginning. */
  private tally(): { readonly acknowledged: number; readonly failed: number } {
    const { completion, waitingRoom } = this.parts
    return { acknowledged: completion.acknowledged, failed: completion.failed + waitingRoom.failed }
  }

  private async drained(): Promise<void> {
    await this.flush()
    // What was abandoned is settled too; then there is nothing left that the guard could finish.
    if (this.forced) return
    try {
      await this.parts.guard?.guard.onClosing?.()
    } catch (error) {
      this.parts.logger.error('the delivery guard could not finish before close', { error })
    }
    const { onClosing } = this.parts.hooks
    if (onClosing !== null && !this.wasForced()) await onClosing()
  }

  /** Asked anew: it may have changed while something was waited for. */
  private wasForced(): boolean {
    return this.forced
  }

  private forceAfter(timeoutMs: number): void {
    if (timeoutMs === 0) this.force()
    else this.timers.add(this.parts.clock.schedule(timeoutMs, this.force))
  }

  private abandonAll(): void {
    const { waitingRoom, accumulator, completion } = this.parts
    waitingRoom.failAll((topic) => closedByForce(topic, undefined, false))
    for (const batch of accumulator.incomplete.snapshot()) {
      completion.abandon(batch, ({ partition, maybePersisted }) =>
        closedByForce(partition.topic, partition.partition, maybePersisted),
      )
    }
    this.parts.failWaits(closedByForce(undefined, undefined, false))
  }
}

function closedByForce(topic: string | undefined, partition: number | undefined, maybePersisted: boolean): StateError {
  const message = 'the producer was closed before the record was delivered'
  return new StateError('PRODUCER_CLOSED', message, { severity: 'fatal', topic, partition, maybePersisted })
}
