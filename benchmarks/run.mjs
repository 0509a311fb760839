// `npm run bench -- [workload …]`: runs workloads, prints tables, and keeps them in results/; see README.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArguments } from './src/harness/arguments.mjs'
import { runAlone } from './src/harness/alone.mjs'
import { runBeside } from './src/harness/beside.mjs'
import { describeMachine } from './src/harness/machine.mjs'
import { resultsFolder } from './src/harness/paths.mjs'
import { tableOf } from './src/harness/table.mjs'
import { workloads } from './src/harness/workloads.mjs'

/** @param {import('./src/harness/arguments.mjs').Arguments} asked */
async function main({ names, peers, rounds, flags }) {
  const harness = process.env['POSTHORN_BENCH']
  for (const name of names) {
    const known = /** @type {import('./src/harness/workloads.mjs').Workload} */ (workloads[name])
    const workload = { ...known, flags: { ...known.flags, ...flags }, peers: peers ?? known.peers }
    const machine = describeMachine()
    const results = harness ? await runBeside(harness, workload, rounds) : await runAlone(workload, rounds)
    const page = pageOf(name, workload, machine, rounds, tableOf(results))
    console.log(`\n${page}`)
    mkdirSync(resultsFolder, { recursive: true })
    writeFileSync(join(resultsFolder, `${name}.md`), page)
    const all = { workload: name, ...workload, rounds, machine, results }
    writeFileSync(join(resultsFolder, `${name}.json`), `${JSON.stringify(all, null, 2)}\n`)
  }
}

/**
 * @param {string} name
 * @param {import('./src/harness/workloads.mjs').Workload} workload
 * @param {ReturnType<typeof describeMachine>} machine
 * @param {number} rounds
 * @param {string} table
 */
function pageOf(name, { what, flags }, { date, commit, node, cpu, cores, load }, rounds, table) {
  const settings = Object.entries(flags).map(([flag, value]) => `${flag}=${value}`)
  const where = `${date}, commit ${commit}, Node ${node}, ${cores} cores (${cpu}), load ${load} at the start`
  return `# ${name}: ${what}\n\n${table}\n\n${where}; rounds: ${rounds}; ${settings.join(' ')}\n`
}

try {
  await main(parseArguments(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
