import type { DriverOptions, KeyRange } from './contract.ts'
import { type DrivenClient, recordOf } from './drive.ts'
import { type Outcomes, say } from './report.ts'

/**
 * Transaction after transaction, every second one aborted on purpose, each with the same number of records of every
 * key. Sequence numbers are never used again, whatever became of them. Before every step that may change the fate of
 * a transaction the driver says so, because it may be killed in the middle of it.
 */
export async function runTransactions(
  options: DriverOptions,
  client: DrivenClient,
  outcomes: Outcomes,
): Promise<number[]> {
  const { transactions } = client
  if (transactions === undefined) throw new Error(`${client.name} has no transactions here`)
  const { keys, transactionRecords, seconds, records } = options
  const perKey = Math.max(1, Math.floor(transactionRecords / keys))
  const endsMs = seconds > 0 ? performance.now() + seconds * 1000 : Infinity
  const most = records > 0 ? records : Infinity
  let first = options.from
  await transactions.init()
  while (performance.now() < endsMs && (first - options.from) * keys < most) {
    const ranges = Array.from({ length: keys }, (_, key): KeyRange => [key, first, first + perKey - 1])
    // The first number of a transaction names it, in this process and in those after it.
    const transaction = first
    const intent = (first / perKey) % 2 < 1 ? 'commit' : 'abort'
    first += perKey
    say({ kind: 'begun', at: Date.now(), transaction, records: ranges, intent })
    const outcome = await one(options, client, { ranges, transaction, intent, outcomes })
    say({ kind: 'ended', at: Date.now(), transaction, outcome, errors: outcomes.takeErrors() })
  }
  return Array.from({ length: keys }, () => first)
}

interface Transaction {
  readonly ranges: readonly KeyRange[]
  readonly transaction: number
  readonly intent: 'commit' | 'abort'
  readonly outcomes: Outcomes
}

async function one(
  options: DriverOptions,
  client: DrivenClient,
  { ranges, transaction, intent, outcomes }: Transaction,
): Promise<'committed' | 'aborted' | 'unknown'> {
  const { transactions } = client
  let committing = false
  try {
    await transactions?.begin()
    const sends = ranges.flatMap(([key, from, to]) => sendAll(options, client, key, from, to))
    // What becomes of an aborted record, its send need not tell: all is well if the abort is.
    if (intent === 'commit') await Promise.all(sends)
    else await Promise.allSettled(sends.slice(0, sends.length >> 1))
    for (const send of sends) send.catch(() => {})
    if (intent === 'commit') {
      committing = true
      say({ kind: 'committing', at: Date.now(), transaction })
      await transactions?.commit()
      return 'committed'
    }
  } catch (error) {
    outcomes.error(client.explain(error).code)
  }
  try {
    await transactions?.abort()
    return 'aborted'
  } catch (error) {
    outcomes.error(`abort: ${client.explain(error).code}`)
    // Without a word from the client, a commit may have happened and the next transaction tells no more.
    if (committing) return 'unknown'
    throw error
  }
}

function sendAll(
  options: DriverOptions,
  client: DrivenClient,
  key: number,
  from: number,
  to: number,
): Promise<unknown>[] {
  const sends: Promise<unknown>[] = []
  for (let at = from; at <= to; at += client.chunk) {
    const count = Math.min(client.chunk, to - at + 1)
    const send = client.send(Array.from({ length: count }, (_, i) => recordOf(options, key, at + i)))
    send.catch(() => {})
    sends.push(send)
  }
  return sends
}
