import type { GuardedBatch, KafkaError, ProducerRecord, ProducerStamp, RecordMetadata } from '@posthorn/contracts'
import type { EncodedHeader } from '@posthorn/protocol'
import { BATCH_HEADER_BYTES, recordBound, recordSize, writeRecord } from '@posthorn/protocol'
import type { AcknowledgementListener, Answer, AnswerKind } from './answers.ts'
import { Answers } from './answers.ts'
import type { PooledBuffer } from './bufferPool.ts'
import type { FlushWait } from './flushWait.ts'
import type { PartitionQueue } from './partitionQueue.ts'

/** Most bytes of a record without headers beside key and value, when their sizes are -1 for null. */
const PLAIN_RECORD_BOUND: number = recordBound(-1, -1, []) + 2 * 5

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

/** Records of one partition that travel together: from the first append to its outcome. */
export class ProducerBatch implements GuardedBatch {
  readonly partition: PartitionQueue
  readonly createdMs: number
  state: BatchState = 'open'
  recordCount = 0
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
  baseTimestamp = 0
  maxTimestamp = 0
  /** Bytes of its largest record. */
  largestRecord = 0
  /** Bytes of its newest record. */
  newestRecord = 0
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
  buffer: PooledBuffer | null
  /** Writes of it that the transport has not released. */
  private writes = 0
  private end: number = BATCH_HEADER_BYTES
  private readonly answers = new Answers()
  /** See {@link BatchOutcome.facts}. */
  private readonly facts: number[] = []
  /** Facts of the newest record. */
  private delta = 0
  private keyBytes = 0
  private valueBytes = 0

  constructor(partition: PartitionQueue, buffer: PooledBuffer, createdMs: number) {
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
    const buffer = this.buffer
    if (this.state !== 'open' || buffer === null) return false
    const count = this.recordCount
    if (count === 0) this.baseTimestamp = this.maxTimestamp = timestamp
    const delta = timestamp - this.baseTimestamp
    const keyBytes = key === null ? -1 : key.length
    const valueBytes = value === null ? -1 : value.length
    const { bytes } = buffer
    const start = this.end
    // The exact size is reckoned only where the record may not fit.
    const surelyFits = start + keyBytes + valueBytes + PLAIN_RECORD_BOUND <= bytes.length && headers.length === 0
    if (!surelyFits && start + recordSize(count, delta, keyBytes, valueBytes, headers) > bytes.length) {
      this.state = 'closed'
      return false
    }
    if (count === MOST_RECORDS) {
      this.state = 'closed'
      return false
    }
    const end = writeRecord(bytes, start, count, delta, key, value, headers)
    const size = end - start
    this.end = end
    this.recordCount = count + 1
    if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp
    this.newestRecord = size
    if (size > this.largestRecord) this.largestRecord = size
    if (count === 0 || delta !== this.delta || keyBytes !== this.keyBytes || valueBytes !== this.valueBytes) {
      this.facts.push(count, delta, keyBytes, valueBytes)
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
    return this.state !== 'open' || (this.buffer !== null && this.end >= this.buffer.bytes.length)
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

  /** Whether its memory may go back to the pool. */
  get reclaimable(): boolean {
    return this.state === 'settled' && this.writes === 0 && this.buffer !== null
  }

  /** Its records are in other batches now: nobody is told anything. */
  dissolve(): void {
    this.state = 'settled'
    this.answers.dissolve()
  }

  /** Stored. Returns false when the batch was settled before. */
  succeed(baseOffset: bigint, logAppendMs: number, listener: AcknowledgementListener): boolean {
    if (this.state === 'settled') return false
    this.state = 'settled'
    const { topic, partition } = this.partition
    const { baseTimestamp, facts } = this
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
