import { distance } from 'fastest-levenshtein'

/** The name in `names` that `given` was probably meant to be, or `null` when none is near. Case, `.` and `_` are ignored. */
export function nearestName(given: string, names: readonly string[]): string | null {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const wanted = plain(given)
  let best: string | null = null
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1
  for (const name of names) {
    const apart = distance(wanted, plain(name))
    if (apart < bestDistance) {
      best = name
      bestDistance = apart
    }
  }
  return best
}
