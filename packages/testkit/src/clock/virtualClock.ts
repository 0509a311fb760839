import type { Clock, Timer } from '@posthorn/contracts'
import { TaskQueue } from './taskQueue.ts'

/** Where a {@link VirtualClock} starts. */
export interface VirtualClockOptions {
  /** The first `now()`. Default 0. */
  readonly startMs?: number | undefined
  /** The wall clock at the start, in milliseconds since 1970. Default 1700000000000. */
  readonly epochMs?: number | undefined
}

/** How far a run may go. */
export interface RunOptions {
  /** Simulated milliseconds after which the run gives up with an error. Default 600000. */
  readonly limitMs?: number | undefined
}

const defaultLimitMs = 600_000

/**
 * A clock that stands still until a test moves it. Tasks run in the order of (time, insertion), and between any two of
 * them every promise that can settle does, so a run is the same every time and an hour takes milliseconds.
 */
export class VirtualClock implements Clock {
  readonly #tasks = new TaskQueue()
  readonly #held = new Set<Promise<void>>()
  #now: number
  #epochOffset: number
  #running = false

  constructor(options: VirtualClockOptions = {}) {
    this.#now = options.startMs ?? 0
    this.#epochOffset = (options.epochMs ?? 1_700_000_000_000) - this.#now
  }

  /** Tasks that are scheduled, background ones included. */
  get pending(): number {
    return this.#tasks.size
  }

  /** Simulated ms since the clock was made. */
  now(): number {
    return this.#now
  }

  /** Simulated ms since 1970-01-01 UTC; moves with `now`, and by `jumpEpoch`. */
  epochMs(): number {
    return Math.floor(this.#now + this.#epochOffset)
  }

  /** Runs `task` once simulated time has moved on by `ms`; tasks of the same time run in the order of their scheduling. */
  schedule(ms: number, task: () => void, background = false): Timer {
    const scheduled = this.#tasks.add(this.#now + Math.max(0, ms), task, background)
    return { cancel: () => this.#tasks.cancel(scheduled) }
  }

  /** Makes the wall clock jump, forwards or backwards, as an operator or NTP would. Timers do not notice. */
  jumpEpoch(ms: number): void {
    this.#epochOffset += ms
  }

  /**
   * Keeps time from moving on until `work` settles: for what really happens outside, such as compression in a thread.
   * Returns the promise it was given.
   */
  hold<T>(work: Promise<T>): Promise<T> {
    const over: Promise<void> = work.then(
      () => void this.#held.delete(over),
      () => void this.#held.delete(over),
    )
    this.#held.add(over)
    return work
  }

  /** Moves time by `ms`, running what becomes due, and leaves no promise job undone. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + Math.max(0, ms)
    await this.#run(() => false, until)
    this.#now = until
  }

  /**
   * Moves time until the promise settles, and gives its value or throws its reason; or until the predicate holds. The
   * predicate is asked after each task. Throws when `limitMs` have passed, or at once when nothing is scheduled that
   * could change anything.
   */
  async runUntil<T>(condition: Promise<T>, options?: RunOptions): Promise<T>
  /** The same for a predicate. */
  async runUntil(condition: () => boolean, options?: RunOptions): Promise<void>
  async runUntil(condition: Promise<unknown> | (() => boolean), options: RunOptions = {}): Promise<unknown> {
    if (typeof condition === 'function') return this.#runTo(condition, options)
    let settled = false
    const note = (): void => {
      settled = true
    }
    condition.then(note, note)
    await this.#runTo(() => settled, options)
    return condition
  }

  /**
   * Moves time until nothing is scheduled but what would not keep a process alive either. Throws when there still is
   * something after `limitMs`.
   */
  async runUntilIdle(options: RunOptions = {}): Promise<void> {
    const until = this.#now + (options.limitMs ?? defaultLimitMs)
    if (await this.#run(() => this.#tasks.foreground === 0, until)) return
    if (this.#tasks.foreground > 0)
      throw new Error(`still ${this.#tasks.foreground} tasks scheduled at ${this.#now} ms`)
  }

  async #runTo(done: () => boolean, options: RunOptions): Promise<void> {
    const limitMs = options.limitMs ?? defaultLimitMs
    const until = this.#now + limitMs
    if (await this.#run(done, until)) return
    if (this.#tasks.size === 0) throw new Error(`nothing is scheduled at ${this.#now} ms, so it would never happen`)
    this.#now = until
    throw new Error(`it did not happen within ${limitMs} ms of simulated time`)
  }

  async #run(done: () => boolean, until: number): Promise<boolean> {
    if (this.#running) throw new Error('the clock is being run already: await the earlier call first')
    this.#running = true
    try {
      for (;;) {
        await this.#settle()
        if (done()) return true
        const task = this.#tasks.takeDue(this.#now)
        if (task !== undefined) {
          task()
          continue
        }
        const next = this.#tasks.nextAt()
        if (next === undefined || next > until) return false
        this.#now = next
      }
    } finally {
      this.#running = false
    }
  }

  async #settle(): Promise<void> {
    // Node runs every promise job and tick, those that they lead to included, before the next immediate.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (this.#held.size > 0) {
      await Promise.race(this.#held)
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }
}
