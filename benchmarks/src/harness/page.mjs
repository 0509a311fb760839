import { tableOf } from './table.mjs'

/**
 * A workload that was run, as it is kept.
 *
 * @typedef {import('./workloads.mjs').Workload & {
 *   name: string
 *   rounds: number
 *   machine: ReturnType<typeof import('./machine.mjs').describeMachine>
 *   results: readonly import('./beside.mjs').Result[]
 * }} Run
 */

/**
 * The page that shows a run: what, the table, and what one has to know to judge it.
 *
 * @param {Run} run
 */
export function pageOf({ name, what, flags, rounds, machine, results }) {
  const { date, commit, node, cpu, cores, load } = machine
  const settings = Object.entries(flags).map(([flag, value]) => `${flag}=${value}`)
  const where = `${date}, commit ${commit}, Node ${node}, ${cores} cores (${cpu}), load ${load} at the start`
  const others = foreign(results)
  return `# ${name}: ${what}\n\n${tableOf(results)}\n\n${where}${others}; rounds: ${rounds}; ${settings.join(' ')}\n`
}

/** @param {readonly import('./beside.mjs').Result[]} results */
function foreign(results) {
  const cores = results.map((result) => Number(result['foreign_cores'])).filter((value) => !Number.isNaN(value))
  if (cores.length === 0) return ''
  return `, ${Math.min(...cores)} to ${Math.max(...cores)} cores taken by other processes during the runs`
}
