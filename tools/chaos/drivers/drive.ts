import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { fromFlags, type DriverOptions } from './contract.ts'
import { Outcomes, say } from './report.ts'
import { runTransactions } from './transactions.ts'

/** One record as every driver sends it. */
export interface DrivenRecord {
  readonly key: string
  readonly partition: number
  readonly value: string
}

/** What of a failed record is certain. */
export interface Failure {
  readonly code: string
  readonly maybeStored: boolean
}

/** A client behind the one way of sending that all drivers share. */
export interface DrivenClient {
  /** Name and version. */
  readonly name: string
  /** How many records one call takes. Records of one call are of one key, in order. */
  readonly chunk: number
  /** Sends; resolves when all are acknowledged. */
  send(records: readonly DrivenRecord[]): Promise<unknown>
  /** What an error of `send`, or of a transaction, says. */
  explain(error: unknown): Failure
  /** Only of clients that can: what transactions need. */
  readonly transactions?: DrivenTransactions
  close(): Promise<unknown>
}

/** How a client does transactions. */
export interface DrivenTransactions {
  /** Fences earlier processes and ends what they left open. */
  init(): Promise<unknown>
  begin(): unknown
  commit(): Promise<unknown>
  abort(): Promise<unknown>
}

const reportEveryMs = 100

/** Runs a driver: what the command line asks, with the client made for it. */
export async function drive(connect: (options: DriverOptions) => Promise<DrivenClient>): Promise<void> {
  const options = fromFlags(process.argv.slice(2))
  const client = await connect(options)
  const outcomes = new Outcomes()
  const reports = setInterval(() => outcomes.flush(), reportEveryMs)
  const work = options.transactionalId === '' ? runPlain : runTransactions
  const next = await work(options, client, outcomes)
  await client.close()
  clearInterval(reports)
  outcomes.flush()
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
  say({ kind: 'done', at: Date.now(), next, client: client.name, cpuSeconds, maxRssMb: maxRSS / 1024 })
}

/** Makes the record with this number in its key. */
export function recordOf({ partitions, valueBytes }: DriverOptions, key: number, sequence: number): DrivenRecord {
  return { key: `k${key}`, partition: key % partitions, value: `${sequence} `.padEnd(valueBytes, '.') }
}

/** Sends key by key in turn, with as much outstanding as the window allows; waits for all outcomes. */
async function runPlain(options: DriverOptions, client: DrivenClient, outcomes: Outcomes): Promise<number[]> {
  const { keys, window, records, seconds, rate } = options
  const next = Array.from({ length: keys }, () => options.from)
  const startedMs = performance.now()
  const endsMs = seconds > 0 ? startedMs + seconds * 1000 : Infinity
  const most = records > 0 ? records : Infinity
  let outstanding = 0
  let wake = (): void => {}
  const settle = (key: number, from: number, count: number, failure: Failure | undefined): void => {
    const outcome = failure === undefined ? 'acked' : failure.maybeStored ? 'unknown' : 'failed'
    for (let i = 0; i < count; i++) outcomes.add(outcome, key, from + i)
    if (failure !== undefined) outcomes.error(failure.code)
    outstanding -= count
    wake()
  }
  const roomFor = async (level: number): Promise<void> => {
    while (outstanding > level) await new Promise<void>((resolve) => (wake = resolve))
  }
  let sent = 0
  for (let call = 0; sent < most && performance.now() < endsMs; call++) {
    const key = call % keys
    const count = Math.min(client.chunk, most - sent)
    const from = next[key] ?? 0
    next[key] = from + count
    sent += count
    outstanding += count
    const chunk = Array.from({ length: count }, (_, i) => recordOf(options, key, from + i))
    client.send(chunk).then(
      () => settle(key, from, count, undefined),
      (error: unknown) => settle(key, from, count, client.explain(error)),
    )
    if (outstanding >= window) await roomFor(window * 0.75)
    // Once in a while other work has its turn, timers too.
    else if (call % 1000 === 999) await turn()
    if (rate > 0) {
      const aheadMs = startedMs + (sent / rate) * 1000 - performance.now()
      if (aheadMs > 5) await sleep(aheadMs)
    }
  }
  await roomFor(0)
  return next
}
