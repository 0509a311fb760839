// `npm run bench -- [workload …]`: runs workloads, prints tables, and keeps them in results/; see README.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArguments, parseFlags } from './src/harness/arguments.mjs'
import { runAlone } from './src/harness/alone.mjs'
import { runBeside } from './src/harness/beside.mjs'
import { describeMachine } from './src/harness/machine.mjs'
import { pageOf } from './src/harness/page.mjs'
import { resultsFolder } from './src/harness/paths.mjs'
import { workloads } from './src/harness/workloads.mjs'
import { runTrial } from './src/trials/main.mjs'
import { trials } from './src/trials/trials.mjs'

/** @param {import('./src/harness/arguments.mjs').Arguments} asked */
async function main({ names, peers, rounds, flags }) {
  const harness = process.env['POSTHORN_BENCH']
  for (const name of names) {
    const known = /** @type {import('./src/harness/workloads.mjs').Workload} */ (workloads[name])
    const workload = { ...known, flags: { ...known.flags, ...flags }, peers: peers ?? known.peers }
    const machine = describeMachine()
    const results = harness ? await runBeside(harness, workload, rounds) : await runAlone(workload, rounds)
    const run = { name, ...workload, rounds, machine, results }
    const page = pageOf(run)
    console.log(`\n${page}`)
    // A quick look on a fresh clone is not to replace a comparison.
    const file = harness ? name : `${name}-alone`
    mkdirSync(resultsFolder, { recursive: true })
    writeFileSync(join(resultsFolder, `${file}.md`), page)
    writeFileSync(join(resultsFolder, `${file}.json`), `${JSON.stringify(run, null, 2)}\n`)
  }
}

try {
  const [first, ...others] = process.argv.slice(2)
  if (first !== undefined && first in trials) await runTrial(first, parseFlags(others))
  else await main(parseArguments(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
