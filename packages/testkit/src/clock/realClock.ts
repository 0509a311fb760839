import type { Clock } from '@posthorn/contracts'

/**
 * The machine's own time. Its timers do not keep the process alive: a cluster that someone forgot to close must not
 * keep a test run from ending. What is due at once does, since it is about to run.
 */
export const realClock: Clock = Object.freeze({
  now: () => performance.now(),
  epochMs: () => Date.now(),
  schedule: (ms: number, task: () => void) => {
    // A timer of 0 ms takes 1; answers in memory should not cost a millisecond each.
    if (ms <= 0) {
      const immediate = setImmediate(task)
      return { cancel: () => clearImmediate(immediate) }
    }
    const timeout = setTimeout(task, ms)
    timeout.unref()
    return { cancel: () => clearTimeout(timeout) }
  },
})
