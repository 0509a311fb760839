import type { Clock, Timer } from '@posthorn/contracts'

interface Handle {
  unref?(): void
}

/** The globals that every runtime we know of has, without its own module names. */
interface Host {
  performance: { now(): number }
  setTimeout(task: () => void, ms: number): Handle
  clearTimeout(handle: Handle): void
  setImmediate?(task: () => void): Handle
  clearImmediate?(handle: Handle): void
}

/** Beyond this, `setTimeout` runs at once; the sender just looks again earlier than it had to. */
const LONGEST_TIMEOUT_MS = 2_147_483_647

/**
 * The system's clock. Tasks due at once run by `setImmediate` where there is one, so that input already received goes
 * first; `background` timers do not keep a Node process alive.
 */
export const systemClock: Clock = {
  now: () => (globalThis as unknown as Host).performance.now(),
  // eslint-disable-next-line no-restricted-globals -- the one place where core meets the system's time
  epochMs: () => Date.now(),
  schedule(ms: number, task: () => void, background = false): Timer {
    const host = globalThis as unknown as Host
    if (ms <= 0 && host.setImmediate !== undefined) {
      const handle = host.setImmediate(task)
      return { cancel: () => host.clearImmediate?.(handle) }
    }
    const handle = host.setTimeout(task, Math.min(Math.ceil(ms), LONGEST_TIMEOUT_MS))
    if (background) handle.unref?.()
    return { cancel: () => host.clearTimeout(handle) }
  },
}
