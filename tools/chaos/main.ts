import { writeFile } from 'node:fs/promises'
import { missingForKafka } from '../kafka/requirements.ts'
import { chaosOptions } from './options.ts'
import { installPeers } from './peers/install.ts'
import { runPlan, type RunResult } from './run/runPlan.ts'
import { tableOf, wrongsOf } from './run/table.ts'

// npm run chaos -- [--scenario kills|idempotent|transactions] [--driver NAME]...   README.md tells the other flags.
const { plan, drivers, json } = chaosOptions(process.argv.slice(2))
const missing = missingForKafka()
if (missing !== undefined) throw new Error(`no real Kafka here: ${missing}`)

const startedMs = performance.now()
const log = (line: string): void =>
  console.error(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(7)} ${line}`)

const results: RunResult[] = []
for (const driver of drivers) {
  if (driver === 'librdkafka') await installPeers('python')
  else if (driver !== 'posthorn') await installPeers('npm')
  log(`${driver}: ${JSON.stringify(plan)}`)
  const result = await runPlan(plan, driver, { log })
  results.push(result)
  log(`${driver}: ${JSON.stringify(result)}`)
}
if (json !== undefined) await writeFile(json, JSON.stringify({ plan, results }, null, 2) + '\n')

console.log(tableOf(results))
for (const result of results) {
  const wrongs = wrongsOf(result)
  console.log(`${result.client}: ${wrongs.length === 0 ? 'nothing wrong' : `WRONG\n  ${wrongs.join('\n  ')}`}`)
  console.log(`${result.client}: errors ${JSON.stringify(result.errors)}, faults ${JSON.stringify(result.faults)}`)
  // What other clients do wrong is what the table is for; it is no fault of this checkout.
  if (result.driver === 'posthorn' && wrongs.length > 0) process.exitCode = 1
}
