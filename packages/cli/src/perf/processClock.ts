import type { Clock } from '@posthorn/contracts'

/** The machine's time. What is due at once runs after the input that is already there. */
export const processClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  schedule(ms, task, background = false) {
    if (ms <= 0) {
      const immediate = setImmediate(task)
      return { cancel: () => clearImmediate(immediate) }
    }
    const timeout = setTimeout(task, ms)
    if (background) timeout.unref()
    return { cancel: () => clearTimeout(timeout) }
  },
}
