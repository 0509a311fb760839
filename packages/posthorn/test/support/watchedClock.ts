import type { Clock, Timer } from '@posthorn/contracts'

/** A clock that counts the timers that one user of it has running, and can leave that user behind. */
export interface WatchedClock extends Clock {
  /** Timers that have neither fired nor been cancelled. */
  readonly running: number
  /** Lets `ms` go by for this user alone, as while a laptop sleeps: what would have run meanwhile runs at once. */
  sleep(ms: number): void
}

interface Pending {
  readonly dueAt: number
  readonly fire: () => void
  readonly background: boolean | undefined
  timer: Timer
}

/** Counts what is scheduled on `clock` through the result. */
export function watched(clock: Clock): WatchedClock {
  const pending = new Set<Pending>()
  let slept = 0
  const now = (): number => clock.now() + slept
  return {
    now,
    epochMs: () => clock.epochMs(),
    schedule(ms, task, background): Timer {
      const fire = (): void => {
        pending.delete(entry)
        task()
      }
      const dueAt = now() + Math.max(0, ms)
      const entry: Pending = { dueAt, fire, background, timer: clock.schedule(ms, fire, background) }
      pending.add(entry)
      return {
        cancel() {
          pending.delete(entry)
          entry.timer.cancel()
        },
      }
    },
    sleep(ms) {
      slept += ms
      for (const entry of [...pending].sort((a, b) => a.dueAt - b.dueAt)) {
        entry.timer.cancel()
        entry.timer = clock.schedule(entry.dueAt - now(), entry.fire, entry.background)
      }
    },
    get running() {
      return pending.size
    },
  }
}
