import type {
  Api,
  Clock,
  ControlPlane,
  GuardedBatch,
  KafkaError,
  ProducerStamp,
  RequestTarget,
} from '@posthorn/contracts'
import { StateError } from '@posthorn/contracts'
import type { RecordAccumulator } from '../accumulator/accumulator.ts'
import type { ProducerBatch } from '../accumulator/batch.ts'
import type { Metadata } from '../metadata/metadata.ts'
import type { NetworkClient } from '../network/networkClient.ts'
import { backoffMs } from '../time/backoff.ts'
import type { BatchCompletion } from './batchCompletion.ts'
import type { ControlRequests } from './controlRequests.ts'
import { ownFate } from './fate.ts'

/** What the control plane acts on. */
export interface SenderControlParts {
  readonly clock: Clock
  readonly random: () => number
  readonly settings: {
    readonly retryBackoffMs: number
    readonly retryBackoffMaxMs: number
    readonly maxBlockMs: number
  }
  readonly client: NetworkClient
  readonly accumulator: RecordAccumulator
  readonly completion: BatchCompletion
  readonly metadata: Metadata
  readonly requests: ControlRequests
  flush(): Promise<void>
  wake(): void
  /** Fails the sends that wait for metadata, memory or a serializer. */
  failWaiting(error: KafkaError): void
}

/** What a delivery guard may do and ask for; see {@link ControlPlane}. */
export class SenderControl implements ControlPlane {
  private readonly parts: SenderControlParts
  private closed: KafkaError | null = null
  private readonly delays = new Set<(error: KafkaError) => void>()

  constructor(parts: SenderControlParts) {
    this.parts = parts
  }

  get maxBlockMs(): number {
    return this.parts.settings.maxBlockMs
  }

  featureLevel(name: string): number {
    return this.parts.client.features.level(name)
  }

  maxVersion(apiKey: number, nodeId: number): number | null {
    return this.parts.client.maxVersion(nodeId, apiKey)
  }

  request<Request, Response>(
    api: Api<Request, Response>,
    body: Request,
    to: RequestTarget,
    signal?: AbortSignal,
  ): Promise<Response> {
    if (this.closed !== null) return Promise.reject(this.closed)
    return this.parts.requests.request(api, body, to, signal)
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.closed !== null) return Promise.reject(this.closed)
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        timer.cancel()
        this.delays.delete(onClose)
        signal?.removeEventListener('abort', onAbort)
        settle()
      }
      const onAbort = (): void => finish(() => reject(signal?.reason as Error))
      const onClose = (error: KafkaError): void => finish(() => reject(error))
      const timer = this.parts.clock.schedule(ms, () => finish(resolve))
      this.delays.add(onClose)
      if (signal?.aborted === true) onAbort()
      else signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  backoffMs(failures: number): number {
    const { retryBackoffMs, retryBackoffMaxMs } = this.parts.settings
    return backoffMs(retryBackoffMs, retryBackoffMaxMs, failures, this.parts.random)
  }

  wake(): void {
    this.parts.wake()
  }

  restamp(batch: GuardedBatch, stamp: ProducerStamp): void {
    // Every batch that a guard knows is one of ours.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    const own = batch as ProducerBatch
    if (own.inFlight) throw new StateError('INVALID_STATE', 'a batch in flight cannot be stamped anew')
    if (own.maybePersisted && own.stamp !== null) {
      throw new StateError('INVALID_STATE', 'a batch that may have been stored cannot be stamped anew')
    }
    own.stamp = stamp
    own.headerWritten = false
  }

  fail(batch: GuardedBatch, error: KafkaError): void {
    // As above.
    this.abandon((own) => own === batch && !own.inFlight, error)
  }

  failUndrained(error: KafkaError): void {
    // First what waits: memory that comes free would let it into batches.
    this.parts.failWaiting(error)
    this.abandon((batch) => batch.stamp === null, error)
  }

  failAll(error: KafkaError): void {
    this.parts.failWaiting(error)
    this.abandon(() => true, error)
  }

  flushed(): Promise<void> {
    return this.parts.flush()
  }

  requestMetadata(): void {
    this.parts.metadata.requestUpdate()
    this.parts.wake()
  }

  /** The producer closes: nothing works any more, and what waits ends with `error`. */
  close(error: KafkaError): void {
    this.closed = error
    this.parts.requests.failAll(error)
    for (const end of [...this.delays]) end(error)
  }

  private abandon(which: (batch: ProducerBatch) => boolean, error: KafkaError): void {
    for (const batch of this.parts.accumulator.incomplete.snapshot()) {
      if (which(batch)) this.parts.completion.abandon(batch, () => ownFate(error, batch))
    }
  }
}
