/**
 * @param {readonly number[]} values
 * @returns {number | undefined} of none
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}

/**
 * A field of those runs that tell it.
 *
 * @param {readonly Readonly<Record<string, unknown>>[]} runs
 * @param {string} field
 */
export function valuesOf(runs, field) {
  return runs.map((run) => run[field]).filter((value) => typeof value === 'number')
}
