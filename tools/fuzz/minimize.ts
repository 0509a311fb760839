import { splice } from './mutate.ts'

/**
 * A shorter input for which `holds` still does, by taking pieces out, large ones first, then by making bytes zero. Asks
 * at most `most` times.
 */
export async function minimize(
  input: Uint8Array,
  holds: (input: Uint8Array) => boolean | Promise<boolean>,
  most = 2000,
): Promise<Uint8Array> {
  let best = input
  let asked = 0
  const better = async (candidate: Uint8Array): Promise<boolean> => {
    if (asked++ >= most || !(await holds(candidate))) return false
    best = candidate
    return true
  }
  for (let size = input.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < best.length && asked < most;) {
      const shorter = splice(best, at, Math.min(best.length, at + size), new Uint8Array(0))
      if (!(await better(shorter))) at += size
    }
  }
  for (let at = 0; at < best.length && asked < most; at++) if (best[at] !== 0) await better(best.with(at, 0))
  return best
}
