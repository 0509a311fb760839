import type { Clock } from '@posthorn/contracts'

/** A clock that counts what runs on it: with a producer alone on it, that is its passes and what it delays. */
export interface CountingClock extends Clock {
  /** Tasks that have run. */
  readonly runs: number
  /** Tasks that wait and would keep a process alive. */
  readonly foreground: number
  /** Tasks that wait, of both kinds. */
  readonly pending: number
  /** Moves the time that this clock tells, as work does that takes long. */
  spend(ms: number): void
}

/** Counts the tasks that are scheduled on `clock` by way of what this returns. */
export function countingClock(clock: Clock): CountingClock {
  let runs = 0
  let spentMs = 0
  const waiting = new Map<object, boolean>()
  return {
    get runs() {
      return runs
    },
    get pending() {
      return waiting.size
    },
    get foreground() {
      return [...waiting.values()].filter((background) => !background).length
    },
    spend(ms) {
      spentMs += ms
    },
    now: () => clock.now() + spentMs,
    epochMs: () => clock.epochMs(),
    schedule(ms, task, background = false) {
      const key = {}
      waiting.set(key, background)
      const timer = clock.schedule(
        ms,
        () => {
          waiting.delete(key)
          runs++
          task()
        },
        background,
      )
      return {
        cancel: () => {
          waiting.delete(key)
          timer.cancel()
        },
      }
    },
  }
}
