import type { RecordMetadata } from '@posthorn/contracts'

/** Numbers of a run of records: index of the first, then timestamp delta, key size and value size of them all. */
const FACTS_PER_RUN = 4

/** What all records of a batch have in common once it is settled. */
export interface BatchOutcome {
  readonly topic: string
  readonly partition: number
  /** -1 when unknown. */
  readonly baseOffset: bigint
  /** The broker's timestamp, -1 where the records' own hold. */
  readonly logAppendMs: number
  readonly baseTimestamp: number
  /** {@link FACTS_PER_RUN} numbers for each run of records that have them in common, in order; the first at index 0. */
  readonly facts: readonly number[]
}

/** Metadata of one record, computed when it is read: most applications read little of it, and most records not at all. */
export class DeliveredRecord implements RecordMetadata {
  private readonly outcome: BatchOutcome
  private readonly index: number

  constructor(outcome: BatchOutcome, index: number) {
    this.outcome = outcome
    this.index = index
  }

  get topic(): string {
    return this.outcome.topic
  }

  get partition(): number {
    return this.outcome.partition
  }

  get offset(): bigint {
    const base = this.outcome.baseOffset
    return base < 0n ? -1n : base + BigInt(this.index)
  }

  get timestamp(): bigint {
    const { logAppendMs, baseTimestamp } = this.outcome
    return BigInt(logAppendMs >= 0 ? logAppendMs : baseTimestamp + this.fact(1))
  }

  get serializedKeySize(): number {
    return this.fact(2)
  }

  get serializedValueSize(): number {
    return this.fact(3)
  }

  /** The plain values, for JSON and logs. Offset and timestamp as strings: JSON has no bigint. */
  toJSON(): Record<string, unknown> {
    return {
      topic: this.topic,
      partition: this.partition,
      offset: String(this.offset),
      timestamp: String(this.timestamp),
      serializedKeySize: this.serializedKeySize,
      serializedValueSize: this.serializedValueSize,
    }
  }

  /** Looks for the last run that begins at the record or before it. */
  private fact(which: number): number {
    const { facts } = this.outcome
    let low = 0
    let high = facts.length / FACTS_PER_RUN
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((facts[middle * FACTS_PER_RUN] ?? 0) <= this.index) low = middle
      else high = middle
    }
    return facts[low * FACTS_PER_RUN + which] ?? -1
  }
}

// What `console.log` shows: the values, not the fields they are computed from.
Object.defineProperty(DeliveredRecord.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: DeliveredRecord): RecordMetadata {
    const { topic, partition, offset, timestamp, serializedKeySize, serializedValueSize } = this
    return { topic, partition, offset, timestamp, serializedKeySize, serializedValueSize }
  },
})

/** V8 makes a new object each time that a negative bigint stands somewhere. */
const UNKNOWN = -1n

/** Metadata of a record that failed: sizes and times mean nothing then (BAT-06). */
export function failedRecord(topic: string, partition: number): RecordMetadata {
  return { topic, partition, offset: UNKNOWN, timestamp: UNKNOWN, serializedKeySize: -1, serializedValueSize: -1 }
}
