import { parseArgs } from 'node:util'
import { faultyRun } from '../../packages/posthorn/test/support/faultyRun.ts'
import type { Scenario } from '../../packages/posthorn/test/support/scenarios.ts'
import { scenarios } from '../../packages/posthorn/test/support/scenarios.ts'
import { wrongIn } from '../../packages/posthorn/test/support/verdicts.ts'
import { traced } from '../../packages/posthorn/test/support/trace.ts'

// npm run simulate -- --seeds 1000 [--from 1] [--kind NAME]      many runs; prints every seed that is not as it should be
// npm run simulate -- --seed 1234 --kind NAME                    one run again, with a trace of what happened
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    kind: { type: 'string' },
    seed: { type: 'string' },
  },
})

/** What is wrong in one run; empty when nothing is. */
async function wrongWith(seed: number, scenario: Scenario): Promise<string[]> {
  try {
    return wrongIn(await faultyRun(seed, scenario), scenario.expected)
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}

function chosen(): [string, Scenario][] {
  const all = Object.entries(scenarios)
  const { kind } = values
  const found = kind === undefined ? all : all.filter(([name]) => name.includes(kind))
  if (found.length > 0) return found
  throw new Error(`no kind of run is named like "${kind ?? ''}"; there are: ${all.map(([name]) => name).join(' · ')}`)
}

async function replay(seed: number): Promise<number> {
  let bad = 0
  for (const [name, scenario] of chosen()) {
    console.log(`--- ${name}, seed ${seed}`)
    const wrong = await wrongWith(seed, traced(scenario))
    console.log(wrong.length === 0 ? 'nothing wrong' : `WRONG: ${wrong.join('\n       ')}`)
    bad += wrong.length > 0 ? 1 : 0
  }
  return bad
}

async function search(from: number, count: number): Promise<number> {
  let bad = 0
  const kinds = chosen()
  const started = performance.now()
  for (const [name, scenario] of kinds) {
    let wrongRuns = 0
    for (let seed = from; seed < from + count; seed++) {
      const wrong = await wrongWith(seed, scenario)
      if (wrong.length === 0) continue
      wrongRuns++
      console.log(`seed ${seed} of "${name}": ${wrong[0] ?? ''}`)
    }
    console.log(`${String(count - wrongRuns).padStart(7)} of ${count} as they should be: ${name}`)
    bad += wrongRuns
  }
  const seconds = (performance.now() - started) / 1000
  const runs = kinds.length * count
  console.log(`${runs} runs in ${seconds.toFixed(1)} s (${Math.round((runs / seconds) * 60)} a minute), ${bad} wrong`)
  return bad
}

const bad =
  values.seed === undefined
    ? await search(Number(values.from), Number(values.seeds))
    : await replay(Number(values.seed))
process.exitCode = bad > 0 ? 1 : 0
