import { parseArgs } from 'node:util'
import type { Kind } from '../../packages/posthorn/test/support/kinds.ts'
import { kinds as others } from '../../packages/posthorn/test/support/kinds.ts'
import { transactionRun } from '../../packages/transactions/test/simulation/simulation.ts'

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

const kinds: Readonly<Record<string, Kind>> = { ...others, transactions: transactionRun }

/** What is wrong in one run; empty when nothing is. */
async function wrongWith(seed: number, kind: Kind, trace: boolean): Promise<string[]> {
  try {
    return await kind(seed, trace)
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}

/** The kinds asked for: the one of that very name, else all whose name has it in it. */
function chosen(): [string, Kind][] {
  const all = Object.entries(kinds)
  const { kind } = values
  if (kind === undefined) return all
  const exact = kinds[kind]
  if (exact !== undefined) return [[kind, exact]]
  const found = all.filter(([name]) => name.includes(kind))
  if (found.length > 0) return found
  throw new Error(`no kind of run is named like "${kind}"; there are: ${all.map(([name]) => name).join(' · ')}`)
}

async function replay(seed: number): Promise<number> {
  let bad = 0
  for (const [name, kind] of chosen()) {
    console.log(`--- ${name}, seed ${seed}`)
    const wrong = await wrongWith(seed, kind, true)
    console.log(wrong.length === 0 ? 'nothing wrong' : `WRONG: ${wrong.join('\n       ')}`)
    bad += wrong.length > 0 ? 1 : 0
  }
  return bad
}

async function search(from: number, count: number): Promise<number> {
  // Thousands of errors are made in each run; where is for the replay to tell.
  Error.stackTraceLimit = 0
  let bad = 0
  const all = chosen()
  const started = performance.now()
  for (const [name, kind] of all) {
    let wrongRuns = 0
    for (let seed = from; seed < from + count; seed++) {
      const wrong = await wrongWith(seed, kind, false)
      if (wrong.length === 0) continue
      wrongRuns++
      console.log(`seed ${seed} of "${name}": ${wrong[0] ?? ''}`)
    }
    console.log(`${String(count - wrongRuns).padStart(7)} of ${count} as they should be: ${name}`)
    bad += wrongRuns
  }
  const seconds = (performance.now() - started) / 1000
  const runs = all.length * count
  console.log(`${runs} runs in ${seconds.toFixed(1)} s (${Math.round((runs / seconds) * 60)} a minute), ${bad} wrong`)
  return bad
}

const bad =
  values.seed === undefined
    ? await search(Number(values.from), Number(values.seeds))
    : await replay(Number(values.seed))
process.exitCode = bad > 0 ? 1 : 0
