import type { Api, ControlPlane, GuardedBatch, KafkaError, ProducerStamp } from '@posthorn/contracts'
import { StateError } from '@posthorn/contracts'
import type { ConformanceEnv } from '../env.ts'
import { answerTo } from './answers.ts'
import type { ScriptedBatch } from './scriptedBatch.ts'

/** A broker's answer takes this long, ms. */
const LATENCY_MS = 2

/** A control plane whose brokers answer, and which notes what a guard does with it. */
export class ScriptedControl implements ControlPlane {
  readonly maxBlockMs = 60_000
  /** Every request is answered with this error of Kafka's; 0 for answers as they should be. */
  refuseWith = 0
  wakes = 0
  /** What a guard did that it may not. */
  readonly faults: string[] = []
  /** Whether all that waits was failed. */
  failed: KafkaError | null = null
  /** Told of a batch that is given up, as a guard is. */
  onAbandoned: (batch: ScriptedBatch) => void = () => {}
  private readonly env: ConformanceEnv
  private readonly over = new AbortController()

  constructor(env: ConformanceEnv) {
    this.env = env
  }

  featureLevel(name: string): number {
    return name === 'transaction.version' ? 2 : 0
  }

  maxVersion(): number | null {
    return null
  }

  async request<Request, Response>(api: Api<Request, Response>, body: Request): Promise<Response> {
    await this.delay(LATENCY_MS)
    return answerTo(api.name, body, this.refuseWith) as Response
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const ended = signal === undefined ? this.over.signal : AbortSignal.any([signal, this.over.signal])
      const end = (): void => {
        timer.cancel()
        reject(ended.reason as Error)
      }
      const timer = this.env.clock.schedule(ms, () => {
        ended.removeEventListener('abort', end)
        resolve()
      })
      if (ended.aborted) end()
      else ended.addEventListener('abort', end, { once: true })
    })
  }

  backoffMs(failures: number): number {
    return Math.min(1000, 100 * 2 ** failures)
  }

  wake(): void {
    this.wakes++
  }

  restamp(batch: GuardedBatch, stamp: ProducerStamp): void {
    // Every batch that the guard knows is one of the suite's.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    const own = batch as ScriptedBatch
    const wrong = own.inFlight ? 'in flight' : own.maybePersisted && own.stamp !== null ? 'perhaps stored' : null
    if (wrong !== null) {
      this.faults.push(`a batch that is ${wrong} was stamped anew`)
      throw new StateError('INVALID_STATE', `a batch that is ${wrong} cannot be stamped anew`)
    }
    own.stamp = stamp
  }

  fail(batch: GuardedBatch): void {
    // As above.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    if (!batch.inFlight) this.onAbandoned(batch as ScriptedBatch)
  }

  failUndrained(error: KafkaError): void {
    this.failed ??= error
  }

  failAll(error: KafkaError): void {
    this.failed ??= error
  }

  flushed(): Promise<void> {
    return Promise.resolve()
  }

  requestMetadata(): void {}

  /** The producer closes: what waits ends. */
  close(): void {
    this.over.abort(new StateError('PRODUCER_CLOSED', 'the producer is closed'))
  }
}
