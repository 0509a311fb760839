import type { BatchSettledEvent, Hooks, KafkaError } from '@posthorn/contracts'

/** What one partition got. */
export interface PartitionTally {
  records: number
  /** -1 when the broker gave no offsets. */
  firstOffset: bigint
  lastOffset: bigint
}

/** How often an error came, and one of its messages. */
export interface ErrorTally {
  count: number
  readonly message: string
}

/** Counts one run. Records are counted one by one, as they are read and answered; batches come from the hooks. */
export class Tally {
  /** Records read. */
  records = 0
  acknowledged = 0
  failed = 0
  /** Bytes of keys and values read. */
  bytes = 0
  batches = 0
  retries = 0
  /** Bytes of the stored batches, as they were sent. */
  bytesSent = 0
  readonly partitions: Map<number, PartitionTally> = new Map()
  readonly errors: Map<string, ErrorTally> = new Map()

  /** Records taken by the producer and not yet answered. */
  get inFlight(): number {
    return this.records - this.acknowledged - this.failed
  }

  /** A record was read and taken, or refused. */
  onRead(bytes: number): void {
    this.records++
    this.bytes += bytes
  }

  /** A record failed before the producer took it. */
  onRefused(code: string, message: string): void {
    this.failed++
    this.#addError(code, message)
  }

  /** The producer's answer to a record. One function for all records. */
  readonly onOutcome = (error: KafkaError | null): void => {
    if (error === null) this.acknowledged++
    else this.onRefused(error.code, error.message)
  }

  /** What the producer is to be watched with. */
  readonly hooks: Hooks = {
    name: 'posthorn produce',
    onBatchSettled: (event) => this.#onBatch(event),
    onRetry: () => {
      this.retries++
    },
  }

  #onBatch({ partition: { partition }, records, bytes, baseOffset, error }: BatchSettledEvent): void {
    if (error !== null) return
    this.batches++
    this.bytesSent += bytes
    const tally = this.partitions.get(partition) ?? { records: 0, firstOffset: -1n, lastOffset: -1n }
    this.partitions.set(partition, tally)
    tally.records += records
    if (baseOffset < 0n) return
    const lastOffset = baseOffset + BigInt(records) - 1n
    if (tally.firstOffset < 0n || baseOffset < tally.firstOffset) tally.firstOffset = baseOffset
    if (lastOffset > tally.lastOffset) tally.lastOffset = lastOffset
  }

  #addError(code: string, message: string): void {
    const known = this.errors.get(code)
    if (known === undefined) this.errors.set(code, { count: 1, message })
    else known.count++
  }
}
