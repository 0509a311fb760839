// `npm run bench -- [workload …]`: runs workloads, prints tables, and keeps them in results/; see README.md.
import { parseArguments, parseFlags } from './src/harness/arguments.mjs'
import { install } from './src/harness/install.mjs'
import { runWorkloads } from './src/harness/main.mjs'
import { runGrowth } from './src/growth/main.mjs'
import { runCompare, runMicro } from './src/micro/main.mjs'
import { runTrial } from './src/trials/main.mjs'
import { trials } from './src/trials/trials.mjs'

const tell = (/** @type {string} */ message) => process.stderr.write(`${message}\n`)

/** @param {readonly string[]} argv */
async function main(argv) {
  const [first, ...others] = argv
  if (first === 'install') return install(others, tell)
  if (first === 'growth') await runGrowth(parseFlags(others), tell)
  else if (first === 'micro') await runMicro(parseFlags(others), tell)
  else if (first === 'compare') await runCompare(others[0], parseFlags(others.slice(1)), tell)
  else if (first !== undefined && first in trials) await runTrial(first, parseFlags(others))
  else await runWorkloads(parseArguments(argv), tell)
  return true
}

try {
  if (!(await main(process.argv.slice(2)))) process.exitCode = 1
} catch (error) {
  tell(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
