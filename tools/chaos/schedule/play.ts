import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Does what is scheduled, one after another, each at its moment counted from `startedMs` on `performance.now()`; one
 * whose moment has passed while the one before was still at it comes late. Ends early, without an error, when `signal`
 * aborts. Resolves with how many it did.
 */
export async function play<T extends { readonly atMs: number }>(
  events: readonly T[],
  { startedMs, signal }: { readonly startedMs: number; readonly signal: AbortSignal },
  act: (event: T) => void | Promise<void>,
): Promise<number> {
  let done = 0
  for (const event of events) {
    await pause(startedMs + event.atMs - performance.now(), signal)
    if (signal.aborted) break
    await act(event)
    done++
  }
  return done
}

/** Waits so long, or not at all if that is not above 0; ends early, without an error, when `signal` aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {})
}
