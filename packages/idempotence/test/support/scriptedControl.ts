import type { Api, ControlPlane, GuardedBatch, KafkaError, ProducerStamp } from '@posthorn/contracts'
import { StateError } from '@posthorn/contracts'
import type { ScriptedBatch } from '@posthorn/testkit/conformance/delivery'

/** An answer to InitProducerId. */
export interface IdentityAnswer {
  readonly errorCode: number
  readonly producerId: bigint
  readonly producerEpoch: number
}

interface Pending {
  readonly resolve: (answer: IdentityAnswer) => void
  readonly reject: (error: Error) => void
}

/** A control plane that notes what it is asked for and answers when a test says so. */
export class ScriptedControl implements ControlPlane {
  /** Requests without an answer yet, oldest first. */
  readonly pending: Pending[] = []
  /** Bodies of all requests. */
  readonly bodies: unknown[] = []
  readonly delays: number[] = []
  readonly maxBlockMs = 60_000
  wakes = 0
  metadataRequests = 0
  failedAll: KafkaError | null = null
  /** Batches that the guard had failed. */
  readonly failed: GuardedBatch[] = []
  /** Told of what fails, as the sender does. */
  onAbandoned: (batch: GuardedBatch) => void = () => {}

  featureLevel(): number {
    return 0
  }

  maxVersion(): number | null {
    return null
  }

  request<Request, Response>(_api: Api<Request, Response>, body: Request): Promise<Response> {
    this.bodies.push(body)
    return new Promise((resolve, reject) => {
      this.pending.push({ resolve: resolve as Pending['resolve'], reject })
    })
  }

  /** Answers the oldest request, and lets everybody who waits for it run. */
  async answer(answer: Partial<IdentityAnswer> | Error): Promise<void> {
    const next = this.pending.shift()
    if (next === undefined) throw new Error('nobody asked')
    if (answer instanceof Error) next.reject(answer)
    else next.resolve({ errorCode: 0, producerId: 7n, producerEpoch: 0, ...answer })
    await new Promise((resolve) => setImmediate(resolve))
  }

  delay(ms: number): Promise<void> {
    this.delays.push(ms)
    return Promise.resolve()
  }

  backoffMs(failures: number): number {
    return 100 * 2 ** failures
  }

  wake(): void {
    this.wakes++
  }

  restamp(batch: GuardedBatch, stamp: ProducerStamp): void {
    // Every batch that the guard knows is one of a test's.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    const own = batch as ScriptedBatch
    if (own.inFlight || (own.maybePersisted && own.stamp !== null))
      throw new StateError('INVALID_STATE', 'not this one')
    own.stamp = stamp
  }

  fail(batch: GuardedBatch): void {
    if (batch.inFlight) return
    this.failed.push(batch)
    this.onAbandoned(batch)
  }

  failUndrained(): void {}

  failAll(error: KafkaError): void {
    this.failedAll = error
  }

  flushed(): Promise<void> {
    return Promise.resolve()
  }

  requestMetadata(): void {
    this.metadataRequests++
  }
}
