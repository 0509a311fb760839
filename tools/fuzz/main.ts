import { seededRandom } from '@posthorn/testkit'
import { orderOrNull } from '../commandLine.ts'
import { Campaign, type Finding, type Tally } from './campaign.ts'
import { execute } from './execute.ts'
import { type Order, orderOf, usage } from './options.ts'
import { ReaderWatch } from './readerWatch.ts'
import type { Target } from './target.ts'
import { allTargets } from './targets/all.ts'
import { Watchdog } from './watchdog.ts'

/** Sources whose parts are to be reached. */
const SOURCES = /\/(packages\/(protocol|core|idempotence|transactions|contracts)|plugins\/[^/]+)\/src\//

/** Wall time of one execution after which it is taken to have no end; a busy machine makes one take seconds. */
const NO_END_MS = 60_000

const all = allTargets()

const names = all.map(({ name }) => name)

/** Resolves with the exit code. */
async function carryOut(order: Order): Promise<number> {
  if (order.task === 'help') {
    console.log(usage(names))
    return 0
  }
  const targets = all.filter(({ name }) => order.targets.includes(name))
  const bad =
    order.task === 'replay' ? await replay(targets, order.input) : await search(targets, order.seconds, order.seed)
  return bad > 0 ? 1 : 0
}

/** One input again, on each target that is chosen. */
async function replay(targets: readonly Target[], input: Uint8Array): Promise<number> {
  using watch = new ReaderWatch()
  let bad = 0
  for (const target of targets) {
    const verdict = await execute(target, input, watch)
    console.log(
      `${target.name}: ${verdict.problem ?? `nothing wrong (${verdict.taken ? 'taken' : 'refused'}: ${verdict.signature})`}`,
    )
    bad += verdict.problem === null ? 0 : 1
  }
  return bad
}

async function search(targets: readonly Target[], seconds: number, seed: string): Promise<number> {
  const startedMs = performance.now()
  const passed = (): number => (performance.now() - startedMs) / 1000
  console.log(`${targets.length} targets, ${seconds} s, seed ${seed}`)
  const watchdog = new Watchdog(
    targets.map(({ name }) => name),
    NO_END_MS,
  )
  let toldAt = 0
  const campaign = new Campaign(targets, {
    random: seededRandom(seed),
    coverage: SOURCES,
    watchdog,
    onFinding: print,
    goOn(executions) {
      if (passed() > toldAt + 60) {
        toldAt = passed()
        console.log(`${Math.round(toldAt)} s: ${executions} executions, ${campaign.findings.length} findings`)
      }
      return passed() < seconds
    },
  })
  const tallies = await campaign.run()
  await watchdog.stop()
  summarize(tallies, passed())
  return campaign.findings.length
}

function print({ target, problem, input, executions, seconds }: Finding): void {
  console.log(`FOUND in ${target} after ${executions} executions, ${seconds.toFixed(1)} s: ${problem}`)
  console.log(`  again: npm run fuzz -- --target ${target} --input ${Buffer.from(input).toString('hex')}`)
}

function summarize(tallies: readonly Tally[], seconds: number): void {
  console.log('executions     taken    corpus  findings  target')
  for (const { executions, taken, corpus, findings, target } of tallies) {
    console.log([executions, taken, corpus, findings].map((n) => String(n).padStart(10)).join('') + `  ${target}`)
  }
  const total = (count: (tally: Tally) => number): number => tallies.reduce((sum, tally) => sum + count(tally), 0)
  const executions = total((tally) => tally.executions)
  console.log(
    `${executions} executions in ${seconds.toFixed(1)} s (${Math.round(executions / seconds)} a second), ` +
      `${total((tally) => tally.corpus)} inputs in the corpora, ${total((tally) => tally.findings)} findings`,
  )
}

const order = orderOrNull((args) => orderOf(args, names, String(Date.now())))
process.exitCode = order === null ? 2 : await carryOut(order)
