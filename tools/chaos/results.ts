import { globSync, readFileSync, writeFileSync } from 'node:fs'
import type { Plan } from './run/plan.ts'
import type { RunResult } from './run/runPlan.ts'
import { tableOf, wrongsOf } from './run/table.ts'

// node tools/chaos/results.ts: writes results.md from results/*.json, as `npm run chaos -- --json FILE` wrote them.
const folder = new URL('results/', import.meta.url)

interface Run {
  readonly plan: Plan
  readonly results: readonly RunResult[]
}

function section({ plan, results }: Run): string {
  const { scenario, kafka, seed, faultSeconds, faultsPerSecond, records } = plan
  const length = records > 0 ? `${records.toLocaleString('en')} records` : `${faultSeconds / 60} minutes of faults`
  const rate = faultsPerSecond > 0 ? `, ${faultsPerSecond} faults of proxies a second` : ''
  const wrongs = results.map((result) => `- ${result.client}: ${wrongsOf(result)[0] ?? 'nothing wrong'}`)
  return [`## ${scenario}, Kafka ${kafka}, seed ${seed}: ${length}${rate}`, tableOf(results), wrongs.join('\n')].join(
    '\n\n',
  )
}

const runs = globSync('*.json', { cwd: folder })
  .sort()
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Run)

const heading = [
  '# What came of it',
  'Written by `node tools/chaos/results.ts` from `results/`; not to be edited by hand. [README.md](README.md) tells what the columns mean.',
  'The machine had two cores and was busy with other work, so records a second compare only within a row, and a killed broker took 5 to 26 seconds to be back. Faults that found no connection do not count: clients that wait long before they connect again meet fewer. A recovery of `none` says that no second of those after the last fault had 80% of a median second before the first; a run without such seconds has none. Drivers are told apart by the language too: librdkafka’s is Python.',
].join('\n\n')

writeFileSync(new URL('results.md', import.meta.url), `${[heading, ...runs.map(section)].join('\n\n')}\n`)
