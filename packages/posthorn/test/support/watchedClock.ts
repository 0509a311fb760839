import type { Clock, Timer } from '@posthorn/contracts'

/** A clock that counts the timers that one user of it has running. */
export interface WatchedClock extends Clock {
  /** Timers that have neither fired nor been cancelled. */
  readonly running: number
}

/** Counts what is scheduled on `clock` through the result. */
export function watched(clock: Clock): WatchedClock {
  const running = new Set<object>()
  return {
    now: () => clock.now(),
    epochMs: () => clock.epochMs(),
    schedule(ms, task, background): Timer {
      const key = {}
      running.add(key)
      const timer = clock.schedule(
        ms,
        () => {
          running.delete(key)
          task()
        },
        background,
      )
      return {
        cancel() {
          running.delete(key)
          timer.cancel()
        },
      }
    },
    get running() {
      return running.size
    },
  }
}
