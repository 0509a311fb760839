import { keyHistories } from '../../kafka/judge/judge.ts'
import type { DriverOptions } from '../drivers/contract.ts'
import { History } from '../verdict/history.ts'
import { type Pace, paceOf } from '../verdict/pace.ts'
import { judge, type Verdict } from '../verdict/verdict.ts'
import { Application } from './application.ts'
import type { DriverName } from './driverProcess.ts'
import { type FaultCounts, Faults } from './faults.ts'
import { type Plan, schedulesOf } from './plan.ts'
import { type ProxiedKafka, startProxiedKafka } from './proxiedKafka.ts'

/** What came of one client's run. */
export interface RunResult {
  readonly driver: DriverName
  readonly client: string
  readonly kafka: string
  /** From the first outcome to the last. */
  readonly seconds: number
  readonly faults: FaultCounts
  readonly verdict: Verdict
  readonly pace: Pace
  /** Transactions told of, by fate. */
  readonly transactions: Readonly<Record<string, number>>
  readonly errors: Readonly<Record<string, number>>
  /** What the driver wrote to standard error each time that it ended by itself before it was done. */
  readonly crashes: readonly string[]
  /** Whether it had to be stopped. */
  readonly overdue: boolean
  readonly cpuSeconds: number
  readonly maxRssMb: number
}

const topic = 'chaos'
const keys = 12
const partitions = 6
// A client has two minutes for a record, and a little more to say so.
const drainSeconds = 150
const longestCountedSeconds = 1800
const progressEveryMs = 10_000
const judgeSeconds = 900

/** How to run, beside what. */
export interface RunSettings {
  /** Is told what happens. */
  readonly log: (line: string) => void
  /** Conditions by which a driver's Node finds our packages: none for the built ones. */
  readonly conditions?: readonly string[]
}

/** Runs the plan with one client on a cluster of its own. */
export async function runPlan(plan: Plan, driver: DriverName, settings: RunSettings): Promise<RunResult> {
  const kafka = await startProxiedKafka({ version: plan.kafka, brokers: 3 })
  try {
    await kafka.cluster.createTopic(topic, { partitions, replicationFactor: 3 })
    return await runOn(kafka, plan, driver, settings)
  } finally {
    await kafka.close()
  }
}

async function runOn(
  kafka: ProxiedKafka,
  plan: Plan,
  driver: DriverName,
  { log, conditions = [] }: RunSettings,
): Promise<RunResult> {
  const history = new History(keys)
  const faults = new Faults(kafka, schedulesOf(plan), log)
  const options = driverOptions(kafka, plan)
  const application = new Application({ driver, conditions, options, history }, (line) => {
    // Faults are counted from when the client works at all.
    if (line.kind === 'outcomes' || line.kind === 'ended') faults.begin((downMs) => application.kill(downMs))
  })
  const progress = setInterval(() => {
    const records = history.progress.reduce((sum, progress) => sum + progress.records, 0)
    log(`${records} records acknowledged, errors ${JSON.stringify(history.errors)}`)
  }, progressEveryMs)
  const longestSeconds = (options.seconds || longestCountedSeconds) + drainSeconds
  let overdue = false
  const limit = setTimeout(() => {
    overdue = true
    application.stop()
  }, longestSeconds * 1000)
  try {
    await application.run()
  } finally {
    clearTimeout(limit)
    clearInterval(progress)
    await faults.end()
  }
  log('reading back')
  const isolation = plan.scenario === 'transactions' ? 'read_committed' : 'read_uncommitted'
  const { bootstrapServers } = kafka.cluster
  const stored = await keyHistories({ bootstrapServers, topic, isolation, maxSeconds: judgeSeconds })
  const { client, errors, cpuSeconds, maxRssMb } = history
  return {
    driver,
    client: client || driver,
    kafka: kafka.cluster.version,
    seconds: ((history.progress.at(-1)?.at ?? 0) - (history.progress[0]?.at ?? 0)) / 1000,
    faults: faults.counts,
    verdict: judge(history, stored),
    pace: paceOf(history.progress, faults.span),
    transactions: fates(history),
    errors,
    crashes: application.crashes,
    overdue,
    cpuSeconds,
    maxRssMb,
  }
}

function driverOptions({ cluster, proxiedServers }: ProxiedKafka, plan: Plan): DriverOptions {
  return {
    bootstrapServers: plan.faultsPerSecond > 0 ? proxiedServers : cluster.bootstrapServers,
    topic,
    keys,
    partitions,
    records: plan.records,
    seconds: plan.records > 0 ? 0 : plan.faultSeconds + 2 * plan.quietSeconds,
    rate: plan.rate,
    window: 10_000,
    valueBytes: plan.valueBytes,
    from: 0,
    transactionalId: plan.scenario === 'transactions' ? 'chaos' : '',
    transactionRecords: 1200,
  }
}

function fates({ transactions }: History): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { fate } of transactions.values()) counts[fate] = (counts[fate] ?? 0) + 1
  return counts
}
