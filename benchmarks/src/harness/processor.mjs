import { readFileSync } from 'node:fs'

/** Of these, on every Linux that Node runs on, there are a hundred in a second. */
const TICKS_PER_SECOND = 100

/**
 * CPU seconds so far: of the whole machine, and of this process with those of its children that have ended. `null` where
 * the system does not tell.
 *
 * @typedef {{ machine: number, ours: number, atMs: number } | null} Processor
 */

/** @returns {Processor} */
export function readProcessor() {
  try {
    const fields = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.trim().split(/\s+/).slice(1).map(Number) ?? []
    // With what a host took from this machine for others.
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields
    const stat = readFileSync('/proc/self/stat', 'utf8')
    // Behind the name, which may have anything in it: from the 14th field on, the times of the process and its children.
    const times = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
    const ours = times.reduce((sum, ticks) => sum + Number(ticks), 0)
    return {
      machine: (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND,
      ours: ours / TICKS_PER_SECOND,
      atMs: performance.now(),
    }
  } catch {
    return null
  }
}

/**
 * How many cores something else than we took between two readings, when all that we started has ended before the second.
 *
 * @param {Processor} before
 * @param {Processor} after
 */
export function foreignCores(before, after) {
  if (before === null || after === null) return null
  const seconds = (after.atMs - before.atMs) / 1000
  const foreign = after.machine - before.machine - (after.ours - before.ours)
  return Number((Math.max(0, foreign) / seconds).toFixed(2))
}
