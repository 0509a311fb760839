import type { Clock } from '@posthorn/contracts'
import { RecordError, StateError, TimeoutError } from '@posthorn/contracts'

interface Wait {
  resolve(id: string): void
  reject(error: Error): void
}

/** The id that the cluster has given to the producer, and who waits for it (TEL-08). */
export class InstanceId {
  private id: string | null = null
  private ended: StateError | null = null
  private readonly waits = new Set<Wait>()

  /** The id; waits for it up to `timeoutMs`. */
  get(timeoutMs: number, clock: Clock): Promise<string> {
    if (!(timeoutMs >= 0)) {
      const message = `timeoutMs of clientInstanceId: expected 0 or more ms, received ${String(timeoutMs)}`
      return Promise.reject(new RecordError('INVALID_ARGUMENT', message))
    }
    if (this.id !== null) return Promise.resolve(this.id)
    if (this.ended !== null) return Promise.reject(this.ended)
    return new Promise((resolve, reject) => {
      const timer = clock.schedule(timeoutMs, () => {
        const message = `the cluster has not named this producer within ${timeoutMs} ms`
        wait.reject(new TimeoutError('REQUEST_TIMED_OUT', message, { retriable: true }))
      })
      const settle = <T>(by: (value: T) => void) => {
        return (value: T): void => {
          timer.cancel()
          this.waits.delete(wait)
          by(value)
        }
      }
      const wait: Wait = { resolve: settle(resolve), reject: settle(reject) }
      this.waits.add(wait)
    })
  }

  /** The cluster has named the producer. */
  set(id: string): void {
    this.id = id
    for (const wait of [...this.waits]) wait.resolve(id)
  }

  /** There will be none any more. */
  end(reason: string): void {
    this.ended ??= new StateError('INVALID_STATE', reason)
    for (const wait of [...this.waits]) wait.reject(this.ended)
  }
}
