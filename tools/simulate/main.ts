import type { Kind } from '../../packages/posthorn/test/support/kinds.ts'
import { kinds as others } from '../../packages/posthorn/test/support/kinds.ts'
import { transactionRun } from '../../packages/transactions/test/simulation/simulation.ts'
import { orderOrNull } from '../commandLine.ts'
import type { Order } from './options.ts'
import { orderOf, usage } from './options.ts'

// npm run simulate -- --help
const kinds: Readonly<Record<string, Kind>> = { ...others, transactions: transactionRun }

/** What is wrong in one run; empty when nothing is. */
async function wrongWith(seed: number, name: string, trace: boolean): Promise<string[]> {
  try {
    return (await kinds[name]?.(seed, trace)) ?? []
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}

/** Resolves with how many runs went wrong. */
async function replay(names: readonly string[], seed: number): Promise<number> {
  let bad = 0
  for (const name of names) {
    console.log(`--- ${name}, seed ${seed}`)
    const wrong = await wrongWith(seed, name, true)
    console.log(wrong.length === 0 ? 'nothing wrong' : `WRONG: ${wrong.join('\n       ')}`)
    bad += wrong.length > 0 ? 1 : 0
  }
  return bad
}

/** Resolves with how many runs went wrong. */
async function search(names: readonly string[], from: number, count: number): Promise<number> {
  // Thousands of errors are made in each run; where is for the replay to tell.
  Error.stackTraceLimit = 0
  let bad = 0
  const started = performance.now()
  for (const name of names) {
    let wrongRuns = 0
    for (let seed = from; seed < from + count; seed++) {
      const wrong = await wrongWith(seed, name, false)
      if (wrong.length === 0) continue
      wrongRuns++
      console.log(`seed ${seed} of "${name}": ${wrong[0] ?? ''}`)
    }
    console.log(`${String(count - wrongRuns).padStart(7)} of ${count} as they should be: ${name}`)
    bad += wrongRuns
  }
  const seconds = (performance.now() - started) / 1000
  const runs = names.length * count
  console.log(`${runs} runs in ${seconds.toFixed(1)} s (${Math.round((runs / seconds) * 60)} a minute), ${bad} wrong`)
  return bad
}

/** Resolves with the exit code. */
async function carryOut(order: Order): Promise<number> {
  if (order.task === 'help') {
    console.log(usage(Object.keys(kinds)))
    return 0
  }
  const bad =
    order.task === 'replay' ? await replay(order.kinds, order.seed) : await search(order.kinds, order.from, order.count)
  return bad > 0 ? 1 : 0
}

const order = orderOrNull((args) => orderOf(args, Object.keys(kinds)))
process.exitCode = order === null ? 2 : await carryOut(order)
