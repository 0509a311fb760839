import type { Clock, Timer } from '@posthorn/contracts'
import { Violation } from '../target.ts'

/** A clock that knows which of its timers run, and takes only so many: who schedules without end is found by counting. */
export class CountingClock implements Clock {
  private readonly clock: Clock
  private readonly most: number
  private readonly timers = new Set<Timer>()
  private scheduled = 0

  constructor(clock: Clock, most: number) {
    this.clock = clock
    this.most = most
  }

  /** Timers that have neither fired nor been cancelled. */
  get running(): number {
    return this.timers.size
  }

  now(): number {
    return this.clock.now()
  }

  epochMs(): number {
    return this.clock.epochMs()
  }

  schedule(ms: number, task: () => void, background?: boolean): Timer {
    if (++this.scheduled > this.most) throw new Violation(`more than ${this.most} timers in one run`)
    const inner = this.clock.schedule(
      ms,
      () => {
        this.timers.delete(timer)
        task()
      },
      background,
    )
    const timer: Timer = {
      cancel: () => {
        this.timers.delete(timer)
        inner.cancel()
      },
    }
    this.timers.add(timer)
    return timer
  }
}
