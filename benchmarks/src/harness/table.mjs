/** @typedef {import('./beside.mjs').Result} Result */
/** @typedef {{ title: string, cell: (runs: readonly Result[], base: readonly Result[]) => string }} Column */

/** What ratios refer to, where it took part. */
const BASE = 'java'

/** @type {readonly Column[]} */
const columns = [
  { title: 'records/s', cell: (runs) => show(median(runs, 'records_per_s'), 0) },
  { title: 'CPU µs/record', cell: (runs) => spread(runs, 'cpu_us_per_record') },
  { title: '× java', cell: (runs, base) => ratio(runs, base, 'cpu_us_per_record') },
  { title: 'max RSS MB', cell: (runs) => show(median(runs, 'max_rss_mb'), 0) },
  { title: 'p50 ms', cell: (runs) => show(median(runs, 'p50_ms'), 1) },
  { title: 'p99 ms', cell: (runs) => show(median(runs, 'p99_ms'), 1) },
  { title: 'errors', cell: (runs) => show(median(runs, 'errors'), 0) },
]

/** @type {readonly Column[]} */
const stallColumns = [
  { title: 'accepted', cell: (runs) => show(median(runs, 'accepted'), 0) },
  { title: 'errors', cell: (runs) => show(median(runs, 'errors'), 0) },
  { title: 'RSS MB at the end', cell: (runs) => show(median(runs, 'rss_mb'), 0) },
  { title: 'max RSS MB', cell: (runs) => show(median(runs, 'max_rss_mb'), 0) },
]

/**
 * The results of a workload as a Markdown table: medians, for CPU with the smallest and the largest. Runs that failed
 * count for nothing but the last column.
 *
 * @param {readonly Result[]} results
 */
export function tableOf(results) {
  const peers = [...new Set(results.map(({ peer }) => peer))]
  const shown = results.some((result) => 'accepted' in result) ? stallColumns : columns
  const base = good(results, BASE)
  const rows = peers.map((peer) => {
    const runs = good(results, peer)
    const total = results.filter((result) => result.peer === peer).length
    return [peer.replace(/@.*/, ''), ...shown.map(({ cell }) => cell(runs, base)), `${runs.length} of ${total}`]
  })
  const head = ['', ...shown.map(({ title }) => title), 'good runs']
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/**
 * @param {readonly Result[]} results
 * @param {string} peer
 */
function good(results, peer) {
  return results.filter((one) => one.peer === peer && !one.failure && one.complete !== false)
}

/**
 * @param {readonly Result[]} runs
 * @param {string} field
 */
function sorted(runs, field) {
  const values = runs.map((run) => run[field]).filter((value) => typeof value === 'number')
  return values.sort((a, b) => a - b)
}

/**
 * @param {readonly Result[]} runs
 * @param {string} field
 */
function median(runs, field) {
  const values = sorted(runs, field)
  const [low, high] = [values[(values.length - 1) >> 1], values[values.length >> 1]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}

/**
 * @param {readonly Result[]} runs
 * @param {string} field
 */
function spread(runs, field) {
  const values = sorted(runs, field)
  const middle = show(median(runs, field), 2)
  return values.length < 2 ? middle : `${middle} (${show(values[0], 2)}–${show(values.at(-1), 2)})`
}

/**
 * How a figure relates to that of the base in the same round, minutes apart at most: what else the machine did meanwhile
 * then moves both.
 *
 * @param {readonly Result[]} runs
 * @param {readonly Result[]} base
 * @param {string} field
 */
function ratio(runs, base, field) {
  const ratios = runs.map((run) => {
    const beside = base.find(({ round }) => round === run['round'])
    return { peer: run.peer, ratio: beside === undefined ? undefined : Number(run[field]) / Number(beside[field]) }
  })
  return spread(ratios, 'ratio')
}

/**
 * @param {number | undefined} value
 * @param {number} digits
 */
function show(value, digits) {
  if (value === undefined) return '–'
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
