import { median, valuesOf } from './statistics.mjs'

/** @typedef {import('./rounds.mjs').Result} Result */
/** @typedef {{ title: string, cell: (runs: readonly Result[], base: readonly Result[]) => string }} Column */

/** What ratios refer to, where it took part. */
const BASE = 'java'

/** @type {readonly Column[]} */
const columns = [
  { title: 'records/s', cell: (runs) => middle(runs, 'records_per_s', 0) },
  { title: 'CPU µs/record', cell: (runs) => spread(valuesOf(runs, 'cpu_us_per_record')) },
  { title: '× java', cell: (runs, base) => ratio(runs, base, 'cpu_us_per_record') },
  { title: 'max RSS MB', cell: (runs) => middle(runs, 'max_rss_mb', 0) },
  { title: 'p50 ms', cell: (runs) => middle(runs, 'p50_ms', 2) },
  { title: 'p99 ms', cell: (runs) => middle(runs, 'p99_ms', 2) },
  { title: 'records/batch', cell: (runs) => show(median(runs.map(perBatch)), 0) },
  { title: 'errors', cell: (runs) => middle(runs, 'errors', 0) },
]

/** @type {readonly Column[]} */
const stallColumns = [
  { title: 'accepted', cell: (runs) => middle(runs, 'accepted', 0) },
  { title: 'errors', cell: (runs) => middle(runs, 'errors', 0) },
  { title: 'RSS MB at the end', cell: (runs) => middle(runs, 'rss_mb', 0) },
  { title: 'max RSS MB', cell: (runs) => middle(runs, 'max_rss_mb', 0) },
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
  const base = goodRuns(results, BASE)
  const rows = peers.map((peer) => {
    const runs = goodRuns(results, peer)
    const total = results.filter((result) => result.peer === peer).length
    return [nameOf(peer), ...shown.map(({ cell }) => cell(runs, base)), `${runs.length} of ${total}`]
  })
  const head = ['', ...shown.map(({ title }) => title), 'good runs']
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/**
 * The runs that count: that ended well, with every record where it belongs. Disturbed ones only where there is no other.
 *
 * @param {readonly Result[]} results
 * @param {string} peer
 */
export function goodRuns(results, peer) {
  const whole = results.filter((one) => one.peer === peer && !one.failure && one.complete)
  const quiet = whole.filter(({ disturbed }) => !disturbed)
  return quiet.length > 0 ? quiet : whole
}

/**
 * A peer without the flags that it had of its own.
 *
 * @param {string} label
 */
export function nameOf(label) {
  return label.replace(/@.*/, '')
}

/** @param {Result} run */
function perBatch(run) {
  const { records, batches } = /** @type {import('./broker.mjs').Totals} */ (run['broker'])
  return records / (batches ?? Number.NaN)
}

/**
 * @param {readonly Result[]} runs
 * @param {string} field
 * @param {number} digits
 */
function middle(runs, field, digits) {
  return show(median(valuesOf(runs, field)), digits)
}

/** @param {readonly number[]} values */
function spread(values) {
  const text = show(median(values), 2)
  return values.length < 2 ? text : `${text} (${show(Math.min(...values), 2)}–${show(Math.max(...values), 2)})`
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
  const ratios = runs.flatMap((run) => {
    const beside = base.find(({ round }) => round === run.round)
    return beside === undefined ? [] : [Number(run[field]) / Number(beside[field])]
  })
  return spread(ratios)
}

/**
 * @param {number | undefined} value
 * @param {number} digits
 */
function show(value, digits) {
  if (value === undefined || Number.isNaN(value)) return '–'
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
