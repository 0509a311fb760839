import type { Clock } from '@posthorn/contracts'
import { systemClock } from './systemClock.ts'

/** Reads in a row with the same answer after which more of it are expected. */
const BURST_AFTER = 8

/** Most reads for which an answer is good. */
const READS_PER_LOOK = 16

interface Host {
  readonly queueMicrotask?: (task: () => void) => void
}

/**
 * The system's clock for one producer, with civil time that is not looked up for each record of a burst: after
 * {@link BURST_AFTER} equal answers in a row, one is good for up to {@link READS_PER_LOOK} reads, but only until the code
 * that runs gives up its turn, be it to a microtask. Looking it up takes up to 50 ns, a tenth of what a small record costs.
 */
export function burstClock(): Clock {
  const host = globalThis as Host
  if (host.queueMicrotask === undefined) return systemClock
  let latest = 0
  let inARow = 0
  let good = 0
  let armed = false
  const endBurst = (): void => {
    armed = false
    good = 0
    inARow = 0
  }
  return {
    ...systemClock,
    epochMs() {
      if (good > 0) {
        good--
        return latest
      }
      const now = systemClock.epochMs()
      if (now !== latest) {
        latest = now
        inARow = armed ? BURST_AFTER : 0
      }
      if (inARow < BURST_AFTER) inARow++
      else {
        good = READS_PER_LOOK
        if (!armed) {
          armed = true
          host.queueMicrotask?.(endBurst)
        }
      }
      return now
    },
  }
}
