import type { ControlPlane } from '@posthorn/contracts'
import { TimeoutError } from '@posthorn/contracts'

/** Waits for `outcome`, at most `maxBlockMs`. When the time is over, the work goes on and only the wait has ended. */
export async function boundedWait<T>(control: ControlPlane, call: string, outcome: Promise<T>): Promise<T> {
  const { maxBlockMs } = control
  const stop = new AbortController()
  // A delay that is cut short, by our own signal or because the producer closes, decides nothing: the work does.
  const limit = control.delay(maxBlockMs, stop.signal).then(
    () => null,
    () => outcome.then(held),
  )
  try {
    const winner = await Promise.race([outcome.then(held), limit])
    if (winner !== null) return winner.value
  } finally {
    stop.abort()
  }
  const message = `${call} is not over after ${maxBlockMs} ms (maxBlockMs); it goes on, call ${call} again to wait for it`
  throw new TimeoutError('TRANSACTION_TIMEOUT', message, { retriable: true })
}

function held<T>(value: T): { readonly value: T } {
  return { value }
}
