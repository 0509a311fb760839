import { parseArgs } from 'node:util'
import type { Range } from '../verdict/ranges.ts'

/** What a driver is asked to do; each is a flag of its command line, in words with dashes. */
export interface DriverOptions {
  readonly bootstrapServers: string
  readonly topic: string
  /** Key number `k` goes to partition `k % partitions`, chosen by the driver, so that all clients do the same. */
  readonly keys: number
  readonly partitions: number
  /** Records to send; 0: as many as fit into `seconds`. */
  readonly records: number
  /** How long to send; 0: until `records` are sent. */
  readonly seconds: number
  /** Records a second; 0: as fast as it goes. */
  readonly rate: number
  /** Records without an outcome, at most. */
  readonly window: number
  readonly valueBytes: number
  /** First sequence number of every key: above all that an earlier process may have used. */
  readonly from: number
  /** Whether to send in transactions, and under which id; empty: idempotence alone. */
  readonly transactionalId: string
  /** Records of one transaction. */
  readonly transactionRecords: number
}

/** Sequence numbers of a key. */
export type KeyRange = readonly [key: number, ...Range]

/** What became of records since the last such line. */
export interface OutcomeLine {
  readonly kind: 'outcomes'
  /** When, by `Date.now()`. */
  readonly at: number
  readonly acked: readonly KeyRange[]
  /** Certainly not stored, says the client. */
  readonly failed: readonly KeyRange[]
  /** Failed, and perhaps stored all the same. */
  readonly unknown: readonly KeyRange[]
  /** How often each error was seen, by code. */
  readonly errors: Readonly<Record<string, number>>
}

/** Said before the first record of a transaction is sent. */
export interface BegunLine {
  readonly kind: 'begun'
  readonly at: number
  readonly transaction: number
  readonly records: readonly KeyRange[]
  /** What the driver means to do with it. */
  readonly intent: 'commit' | 'abort'
}

/** Said before the client is asked to commit: from here on a dead driver's transaction may be stored. */
export interface CommittingLine {
  readonly kind: 'committing'
  readonly at: number
  readonly transaction: number
}

/** Said once the client has said what became of a transaction. */
export interface EndedLine {
  readonly kind: 'ended'
  readonly at: number
  readonly transaction: number
  readonly outcome: 'committed' | 'aborted' | 'unknown'
  readonly errors: Readonly<Record<string, number>>
}

/** Said last, when every record has its outcome and the client is closed. */
export interface DoneLine {
  readonly kind: 'done'
  readonly at: number
  /** The first sequence number that was not used, for each key. */
  readonly next: readonly number[]
  readonly client: string
  readonly cpuSeconds: number
  readonly maxRssMb: number
}

/** One line of a driver's standard output. */
export type DriverLine = OutcomeLine | BegunLine | CommittingLine | EndedLine | DoneLine

/** The flags that say the same. */
export function toFlags(options: DriverOptions): string[] {
  return Object.entries(options).flatMap(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    String(value),
  ])
}

/** Reads the flags that {@link toFlags} wrote. */
export function fromFlags(args: readonly string[]): DriverOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      'bootstrap-servers': text,
      topic: text,
      keys: text,
      partitions: text,
      records: text,
      seconds: text,
      rate: text,
      window: text,
      'value-bytes': text,
      from: text,
      'transactional-id': text,
      'transaction-records': text,
    },
  })
  return {
    bootstrapServers: values['bootstrap-servers'] ?? '',
    topic: values.topic ?? '',
    keys: Number(values.keys),
    partitions: Number(values.partitions),
    records: Number(values.records),
    seconds: Number(values.seconds),
    rate: Number(values.rate),
    window: Number(values.window),
    valueBytes: Number(values['value-bytes']),
    from: Number(values.from),
    transactionalId: values['transactional-id'] ?? '',
    transactionRecords: Number(values['transaction-records']),
  }
}
