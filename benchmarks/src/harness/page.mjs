import { barsOf } from '../plots/bars.mjs'
import { median, valuesOf } from './statistics.mjs'
import { goodRuns, nameOf, tableOf } from './table.mjs'

/**
 * A workload that was run, as it is kept.
 *
 * @typedef {import('./workloads.mjs').Workload & {
 *   name: string
 *   rounds: number
 *   quiet: number
 *   kafka: string | null
 *   to: string
 *   machine: ReturnType<typeof import('./machine.mjs').describeMachine>
 *   results: readonly import('./rounds.mjs').Result[]
 * }} Run
 */

/**
 * The page that shows a run: what, the table, and what one has to know to judge it.
 *
 * @param {Run} run
 */
export function pageOf({ name, what, flags, rounds, quiet, to, machine, results }) {
  const { date, commit, node, cpu, cores, load } = machine
  const settings = Object.entries(flags).map(([flag, value]) => `${flag}=${value}`)
  const where = `${date}, commit ${commit}, Node ${node}, ${cores} cores (${cpu}), load ${load} at the start`
  const notes = [where, ...busy(results, quiet), to, `rounds: ${rounds}`, settings.join(' ')]
  const failures = [
    ...new Set(results.flatMap(({ peer, failure }) => (failure ? [`- ${nameOf(peer)}: ${failure}`] : []))),
  ]
  const failed = failures.length === 0 ? '' : `\nFailed runs:\n\n${failures.join('\n')}\n`
  return `# ${name}: ${what}\n\n${tableOf(results)}\n\n${notes.join('; ')}\n${failed}`
}

/**
 * CPU per record of the peers, side by side; nothing for workloads that do not tell it.
 *
 * @param {Run} run
 */
export function pictureOf({ name, what, results }) {
  const bars = [...new Set(results.map(({ peer }) => peer))].flatMap((peer) => {
    const values = valuesOf(goodRuns(results, peer), 'cpu_us_per_record')
    const value = median(values)
    if (value === undefined) return []
    return [{ name: nameOf(peer), value, least: Math.min(...values), most: Math.max(...values) }]
  })
  if (bars.length === 0) return null
  return barsOf({ title: `${name}: ${what}`, x: 'CPU µs per record: median, and the smallest and largest', bars })
}

/**
 * @param {readonly import('./rounds.mjs').Result[]} results
 * @param {number} quiet
 */
function busy(results, quiet) {
  const cores = valuesOf(results, 'foreign_cores')
  if (cores.length === 0) return []
  const thrownOut = results.reduce((sum, { thrown_out: runs }) => sum + runs, 0)
  const limit = quiet > 0 ? `, ${thrownOut} runs thrown out for more than ${quiet}` : ''
  return [`other processes took ${Math.min(...cores)} to ${Math.max(...cores)} cores during the runs${limit}`]
}
