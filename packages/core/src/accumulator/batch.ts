import type { GuardedBatch, KafkaError, ProducerRecord, ProducerStamp, RecordMetadata } from '@posthorn/contracts'
import type { EncodedHeader } from '@posthorn/protocol'
import { BATCH_HEADER_BYTES, recordBound, recordSize, writeRecord } from '@posthorn/protocol'
import type { AcknowledgementListener, Answer, AnswerKind } from './answers.ts'
import { Answers } from './answers.ts'
import type { PooledBuffer } from './bufferPool.ts'
import type { FlushWait } from './flushWait.ts'
import type { PartitionQueue } from './partitionQueue.ts'
import { MOST_NOTED_RUNS, readFacts } from './recordFacts.ts'

/**
 * Most bytes of a record without headers beside its key and value, where a length of -1 stands for null: `recordBound`
 * without its computation, which costs some 0.03 µs a record.
 */
const PLAIN_RECORD_BOUND: number = recordBound(0, 0, []) + 2 * 5

const NO_BYTES = new Uint8Array(0)

const MOST_RECORDS = 0x7fffffff

/** A record as it is read back from a batch. */
export interface BatchRecord {
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly EncodedHeader[]
}

/** Where a batch stands. Once settled it stays so: only one outcome is ever set (BAT-01). */
export type BatchState = 'open' | 'closed' | 'settled'

/**
 * Records of one partition that travel together: from the first append to its outcome. With thousands of partitions each
 * append finds its batch outside of the processor's caches, so what it reads stands first, and next to each other.
 */
export class ProducerBatch implements GuardedBatch {
  state: BatchState = 'open'
  /** The bytes of `buffer`. */
  private bytes: Uint8Array
  private end: number = BATCH_HEADER_BYTES
  recordCount = 0
  private readonly answers = new Answers()
  baseTimestamp = 0
  /** Latest timestamp less the first. */
  private maxDelta = 0
  /** Bytes of its newest record. */
  newestRecord = 0
  /** Bytes of its largest record. */
  largestRecord = 0
  /** Facts of the newest record. */
  private delta = 0
  private keyBytes = 0
  private valueBytes = 0
  /** Runs of records with equal facts. */
  private runs = 0
  readonly partition: PartitionQueue
  readonly createdMs: number
  attempts = 0
  stamp: ProducerStamp | null = null
  /** False when the header has to be written before the batch is sent: it is new, or was stamped anew. */
  headerWritten = false
  /** True once an attempt ended without an answer: the broker may have stored the batch. */
  maybePersisted = false
  /** Why the latest attempt failed. */
  lastError: KafkaError | null = null
  /** True while a request with it waits for an answer. */
  inFlight = false
  /** True while it waits in its partition's queue. */
  queued = true
  /** True for a piece of a batch that was divided. */
  divided = false
  /** True once it has waited for `lingerMs`. */
  lingered = false
  /** Not to be drained before this time. */
  notBeforeMs = 0
  drainedMs = 0
  /** Broker that the latest attempt went to; -1 before the first. */
  nodeId = -1
  /** Leader epoch that the latest attempt went to; -1 when unknown. */
  attemptEpoch = -1
  /** What goes on the wire, header first; empty until sealed. */
  chunks: readonly Uint8Array[] = []
  /** Bytes of `chunks`. */
  wireBytes = 0
  /** Neighbours in the list of incomplete batches. */
  older: ProducerBatch | null = null
  newer: ProducerBatch | null = null
  /** Flushes that wait for it. */
  flushes: FlushWait[] | null = null
  /** Its memory; `null` once returned. */
  private buffer: PooledBuffer | null
  /** Writes of it that the transport has not released. */
  private writes = 0
  /** See {@link BatchOutcome.facts}; of the first {@link MOST_NOTED_RUNS} runs. */
  private readonly facts: number[] = []

  constructor(partition: PartitionQueue, buffer: PooledBuffer, createdMs: number) {
    this.bytes = buffer.bytes
    this.partition = partition
    this.buffer = buffer
    this.createdMs = createdMs
  }

  /** Takes a record, or closes the batch and returns false when there is no room. The first record always fits. */
  tryAppend(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly EncodedHeader[],
    kind: AnswerKind,
    answer: Answer,
    record: ProducerRecord<unknown, unknown> | null,
  ): boolean {
    if (!this.write(timestamp, key, value, headers)) return false
    this.answers.add(kind, answer, record)
    return true
  }

  /** Takes record `index` of a batch that is being divided, with whoever waits for it; false when there is no room. */
  tryAdopt(from: ProducerBatch, index: number, record: BatchRecord): boolean {
    if (!this.write(record.timestamp, record.key, record.value, record.headers)) return false
    from.answers.copyTo(this.answers, index)
    return true
  }

  private write(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly EncodedHeader[],
  ): boolean {
    if (this.state !== 'open') return false
    const count = this.recordCount
    if (count === 0) this.baseTimestamp = timestamp
    const delta = timestamp - this.baseTimestamp
    const keyBytes = key === null ? -1 : key.length
    const valueBytes = value === null ? -1 : value.length
    const { bytes } = this
    const start = this.end
    // The exact size is reckoned only where the record may not fit.
    const surelyFits = headers.length === 0 && start + keyBytes + valueBytes + PLAIN_RECORD_BOUND <= bytes.length
    const fits = surelyFits || start + recordSize(count, delta, keyBytes, valueBytes, headers) <= bytes.length
    if (!fits || count === MOST_RECORDS) {
      this.state = 'closed'
      return false
    }
    const end = writeRecord(bytes, start, count, delta, key, value, headers)
    const size = end - start
    this.end = end
    this.recordCount = count + 1
    if (delta > this.maxDelta) this.maxDelta = delta
    this.newestRecord = size
    if (size > this.largestRecord) this.largestRecord = size
    if (count === 0 || delta !== this.delta || keyBytes !== this.keyBytes || valueBytes !== this.valueBytes) {
      if (this.runs++ < MOST_NOTED_RUNS) this.facts.push(count, delta, keyBytes, valueBytes)
      this.delta = delta
      this.keyBytes = keyBytes
      this.valueBytes = valueBytes
    }
    return true
  }

  /** The promise of its newest record, of kind `promise`: see {@link Answers.promise}. */
  promise(): Promise<RecordMetadata> {
    return this.answers.promise()
  }

  /** True when nothing more can be appended. */
  get full(): boolean {
    return this.state !== 'open' || this.end >= this.bytes.length
  }

  /** Latest timestamp of a record, ms since 1970. */
  get maxTimestamp(): number {
    return this.baseTimestamp + this.maxDelta
  }

  /** True once `chunks` are there. */
  get sealed(): boolean {
    return this.chunks.length > 0
  }

  /** Bytes of the records before compression. */
  get recordBytes(): number {
    return this.end - BATCH_HEADER_BYTES
  }

  /** The records before compression. Valid until the batch is settled. */
  records(): Uint8Array {
    return this.memory().bytes.subarray(BATCH_HEADER_BYTES, this.end)
  }

  /** The memory of a batch that is not settled. */
  memory(): PooledBuffer {
    if (this.buffer === null) throw new Error('the memory of a settled batch was asked for')
    return this.buffer
  }

  /** Fixes what goes on the wire: the header in the batch's own memory, then the records, compressed or as they are. */
  seal(compressed: Uint8Array | null): void {
    if (this.state === 'settled') throw new Error('a batch was sealed that has its outcome already')
    this.state = 'closed'
    const { bytes } = this.memory()
    this.chunks =
      compressed === null ? [bytes.subarray(0, this.end)] : [bytes.subarray(0, BATCH_HEADER_BYTES), compressed]
    this.wireBytes = compressed === null ? this.end : BATCH_HEADER_BYTES + compressed.length
  }

  /** A write of the batch begins: its memory may not be reused until the write is released. */
  pin(): void {
    this.writes++
  }

  /** A write of the batch was released. */
  unpin(): void {
    this.writes--
  }

  /** Its memory, once it may go back to the pool: the batch has its outcome and nobody reads it; `null` until then. */
  takeMemory(): PooledBuffer | null {
    const { buffer } = this
    if (buffer === null || this.state !== 'settled' || this.writes > 0) return null
    this.buffer = null
    this.bytes = NO_BYTES
    this.chunks = []
    return buffer
  }

  /** Its records are in other batches now: nobody is told anything. */
  dissolve(): void {
    this.state = 'settled'
    this.answers.dissolve()
  }

  /** Stored. Returns false when the batch was settled before. */
  succeed(baseOffset: bigint, logAppendMs: number, listener: AcknowledgementListener): boolean {
    if (this.state === 'settled') return false
    const { topic, partition } = this.partition
    const { baseTimestamp, runs } = this
    const facts = runs <= MOST_NOTED_RUNS ? this.facts : readFacts(this.records(), this.recordCount)
    this.state = 'settled'
    this.answers.succeed({ topic, partition, baseOffset, logAppendMs, baseTimestamp, facts }, listener)
    return true
  }

  /** Failed. Returns false when the batch was settled before. */
  fail(errorOf: (index: number) => KafkaError, listener: AcknowledgementListener): boolean {
    if (this.state === 'settled') return false
    this.state = 'settled'
    this.answers.fail(this.partition.topic, this.partition.partition, errorOf, listener)
    return true
  }
}
