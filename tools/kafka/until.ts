import { setTimeout as sleep } from 'node:timers/promises'

/** How long to wait for what, and how to say that it did not happen. */
export interface Patience {
  readonly what: string
  readonly timeoutMs: number
  /** Called at every turn; throws when waiting longer is in vain. */
  readonly check?: () => void
}

/** Polls until the condition holds. A condition that throws does not hold yet; its last error becomes the cause. */
export async function until(condition: () => Promise<boolean>, patience: Patience): Promise<void> {
  const deadline = performance.now() + patience.timeoutMs
  let cause: unknown
  while (performance.now() < deadline) {
    try {
      if (await condition()) return
      cause = undefined
    } catch (error) {
      cause = error
    }
    patience.check?.()
    await sleep(25)
  }
  throw new Error(`${patience.what} did not happen within ${patience.timeoutMs} ms`, { cause })
}
