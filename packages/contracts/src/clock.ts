/** A task that was scheduled and has not run yet. */
export interface Timer {
  /** Forgets the task. Does nothing when the task has already run or was already cancelled. */
  cancel(): void
}

/**
 * Where a producer gets its time from. The system's clock in production, a virtual one in tests.
 *
 * A clock never runs a task inside the call that schedules it.
 */
export interface Clock {
  /** Milliseconds on a monotonic clock of unknown origin. May have a fraction. Only differences mean something. */
  now(): number
  /** Milliseconds since 1970-01-01 UTC, a whole number. Used for record timestamps alone; may jump. */
  epochMs(): number
  /**
   * Runs `task` once, no earlier than `ms` milliseconds from now; 0 or less means as soon as input that is already
   * there has been handled. A pending timer keeps the process alive where the platform knows the notion, unless
   * `background` is true. Its owner cancels it when it closes.
   */
  schedule(ms: number, task: () => void, background?: boolean): Timer
}

/** A timer that is not running: what fields hold when nothing is scheduled. */
export const noTimer: Timer = Object.freeze({ cancel: () => {} })
