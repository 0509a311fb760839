import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine } from '../harness/machine.mjs'
import { resultsFolder } from '../harness/paths.mjs'
import { trials } from './trials.mjs'

/**
 * Runs a trial and keeps its results; flags replace its settings: `--records`, `--phase-ms` and so on.
 *
 * @param {string} name
 * @param {Readonly<Record<string, string>>} flags
 */
export async function runTrial(name, flags) {
  const { what, settings, run, plot, table } = /** @type {import('./trials.mjs').Trial} */ (trials[name])
  const used = { ...settings }
  for (const [flag, text] of Object.entries(flags)) {
    const key = flag.replace(/-(.)/g, (_, letter) => letter.toUpperCase())
    const value = Number(text)
    if (!(key in settings) || !(value >= 0)) {
      throw new Error(`${name} takes ${Object.keys(settings).join(', ')} as numbers, not --${flag} ${text}`)
    }
    used[key] = value
  }
  const machine = describeMachine()
  const runs = await run(used)
  mkdirSync(resultsFolder, { recursive: true })
  const file = join(resultsFolder, name)
  writeFileSync(`${file}.json`, `${JSON.stringify({ name, what, settings: used, machine, runs })}\n`)
  if (plot !== undefined) writeFileSync(`${file}.svg`, plot(used, runs))
  if (table !== undefined) {
    const page = `# ${name}: ${what}\n\n${table(runs)}\n${conditionsOf(machine, used)}\n`
    writeFileSync(`${file}.md`, page)
    console.log(page)
  }
  console.log(`${name}: ${what}; see ${name}.json in benchmarks/results`)
}

/**
 * What one has to know to judge figures.
 *
 * @param {ReturnType<typeof describeMachine>} machine
 * @param {Readonly<Record<string, number>>} settings
 */
function conditionsOf({ date, commit, node, cpu, cores, load }, settings) {
  const values = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  return `${date}, commit ${commit}, Node ${node}, ${cores} cores (${cpu}), load ${load} at the start; ${values.join(' ')}`
}
