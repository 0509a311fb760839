import type { GuardedBatch, KafkaError, ProducerRecord, ProducerStamp, RecordMetadata } from '@posthorn/contracts'
import type { EncodedHeader } from '@posthorn/protocol'
import { BATCH_HEADER_BYTES, recordBound, recordSize, writeRecord } from '@posthorn/protocol'
import type { AcknowledgementListener, Answer, AnswerKind } from './answers.ts'
import { Answers } from './answers.ts'
import type { PooledBuffer } from './bufferPool.ts'
import type { FlushWait } from './flushWait.ts'
import type { PartitionQueue } from './partitionQueue.ts'
import { MOST_TICKS, OpenSlots, OTHER_DELTA, Slot } from './openSlots.ts'
import { MOST_NOTED_RUNS, readFacts } from './recordFacts.ts'

/**
 * Most bytes of a record without headers beside its key and value, where a length of -1 stands for null: `recordBound`
 * without its computation, which costs some 0.03 µs a record.
 */
export const PLAIN_RECORD_BOUND: number = recordBound(0, 0, []) + 2 * 5

const NO_CHUNKS: readonly Uint8Array[] = []

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

/** Records of one partition that travel together, from the first append to its outcome. */
export class ProducerBatch implements GuardedBatch {
  private stands: BatchState = 'open'
  /** While it is open, its numbers are here, at {@link ProducerBatch.slot}; appends that are plain see nothing else. */
  private readonly slots: OpenSlots
  private readonly slot: number
  /** Once closed: where in its memory the records end, and what its slot said. */
  private end = 0
  private count = 0
  private largest = 0
  private runs = 0
  /** Bytes of the newest record that took the long way. */
  newestRecord = 0
  baseTimestamp = 0
  /** Latest timestamp less the first, of records that took the long way. */
  private maxDelta = 0
  private readonly answers = new Answers()
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
  chunks: readonly Uint8Array[] = NO_CHUNKS
  /** Bytes of `chunks`. */
  wireBytes = 0
  /** Neighbours in the list of incomplete batches. */
  older: ProducerBatch | null = null
  newer: ProducerBatch | null = null
  /** Flushes that wait for it. */
  flushes: FlushWait[] | null = null
  /** What its codec may have put the result into, or may be putting: to be kept as long as its memory. */
  room: Uint8Array | undefined = undefined
  /** Its memory; `null` once returned. */
  private buffer: PooledBuffer | null
  /** Writes of it that the transport has not released. */
  private writes = 0
  /** See {@link BatchOutcome.facts}; of the first {@link MOST_NOTED_RUNS} runs. */
  private readonly facts: number[] = []

  /** `slots` and `slot`: where its partition has its slot; for memory that is no part of a slab, one of its own. */
  constructor(
    partition: PartitionQueue,
    buffer: PooledBuffer,
    createdMs: number,
    slots: OpenSlots = new OpenSlots(1),
    slot = 0,
  ) {
    this.partition = partition
    this.buffer = buffer
    this.createdMs = createdMs
    this.slots = slots
    this.slot = slot
    const { words } = slots
    words[slot + Slot.end] = buffer.start + BATCH_HEADER_BYTES
    words[slot + Slot.slab] = buffer.slab
    words[slot + Slot.count] = 0
    words[slot + Slot.delta] = 0
    words[slot + Slot.largest] = 0
    words[slot + Slot.runs] = 0
  }

  /** Where it stands. */
  get state(): BatchState {
    return this.stands
  }

  /**
   * Takes a record, or closes the batch and returns false when there is no room. The first record always fits. `originMs`
   * is what `Slot.baseTick` counts from, `answerId` what `Slot.answer` knows the record's answer by.
   */
  tryAppend(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly EncodedHeader[],
    kind: AnswerKind,
    answer: Answer,
    record: ProducerRecord<unknown, unknown> | null,
    originMs: number,
    answerId: number,
  ): boolean {
    if (!this.write(timestamp, key, value, headers, originMs)) return false
    const index = this.recordCount - 1
    this.noteAnswer(index, kind, answer, answerId)
    if (record !== null) this.answers.watch(index, record)
    return true
  }

  /** Notes who is told of its newest record, number `index`; the other parameters as in {@link tryAppend}. */
  noteAnswer(index: number, kind: AnswerKind, answer: Answer, answerId: number): void {
    this.answers.note(index, kind, answer)
    this.slots.words[this.slot + Slot.answer] = answerId
  }

  /** Takes record `index` of a batch that is being divided, with whoever waits for it; false when there is no room. */
  tryAdopt(from: ProducerBatch, index: number, { timestamp, key, value, headers }: BatchRecord): boolean {
    if (!this.write(timestamp, key, value, headers, timestamp)) return false
    from.answers.copyTo(this.answers, this.recordCount - 1, index)
    return true
  }

  private write(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly EncodedHeader[],
    originMs: number,
  ): boolean {
    if (this.stands !== 'open') return false
    const { slot } = this
    const { words } = this.slots
    const { bytes, start } = this.memory()
    const count = words[slot + Slot.count] as number
    if (count === 0) {
      const tick = timestamp - originMs
      const isNear = Math.abs(tick) < MOST_TICKS
      this.baseTimestamp = timestamp
      words[slot + Slot.baseTick] = isNear ? tick : 0
      words[slot + Slot.limit] = isNear && words[slot + Slot.slab] !== -1 ? start + bytes.length : 0
    }
    const delta = timestamp - this.baseTimestamp
    const keyBytes = key === null ? -1 : key.length
    const valueBytes = value === null ? -1 : value.length
    const at = (words[slot + Slot.end] as number) - start
    // The exact size is reckoned only where the record may not fit.
    const surelyFits = headers.length === 0 && at + keyBytes + valueBytes + PLAIN_RECORD_BOUND <= bytes.length
    const fits = surelyFits || at + recordSize(count, delta, keyBytes, valueBytes, headers) <= bytes.length
    if (!fits || count === MOST_RECORDS) {
      this.close()
      return false
    }
    const end = writeRecord(bytes, at, count, delta, key, value, headers)
    this.maxDelta = Math.max(this.maxDelta, delta, words[slot + Slot.delta] as number)
    words[slot + Slot.end] = start + end
    words[slot + Slot.count] = count + 1
    this.newestRecord = end - at
    if (end - at > (words[slot + Slot.largest] as number)) words[slot + Slot.largest] = end - at
    const isAsBefore =
      delta >= 0 &&
      delta === words[slot + Slot.delta] &&
      keyBytes === words[slot + Slot.keyBytes] &&
      valueBytes === words[slot + Slot.valueBytes]
    if (count > 0 && isAsBefore) return true
    const runs = words[slot + Slot.runs] as number
    if (runs < MOST_NOTED_RUNS) this.facts.push(count, delta, keyBytes, valueBytes)
    words[slot + Slot.runs] = runs + 1
    words[slot + Slot.delta] = delta >= 0 && delta < MOST_TICKS ? delta : OTHER_DELTA
    words[slot + Slot.keyBytes] = keyBytes
    words[slot + Slot.valueBytes] = valueBytes
    return true
  }

  /** Nothing more is to be appended. */
  close(): void {
    if (this.stands !== 'open') return
    const { slot } = this
    const { words } = this.slots
    this.end = this.endInMemory()
    this.count = words[slot + Slot.count] as number
    this.largest = words[slot + Slot.largest] as number
    this.runs = words[slot + Slot.runs] as number
    this.maxDelta = Math.max(this.maxDelta, words[slot + Slot.delta] as number)
    words[slot + Slot.end] = 0
    words[slot + Slot.limit] = 0
    this.stands = 'closed'
  }

  /** Number of its records. */
  get recordCount(): number {
    return this.stands === 'open' ? (this.slots.words[this.slot + Slot.count] as number) : this.count
  }

  /** Bytes of its largest record. */
  get largestRecord(): number {
    return this.stands === 'open' ? (this.slots.words[this.slot + Slot.largest] as number) : this.largest
  }

  /** Whether to tell of its records is dear: see {@link Answers.areDear}. */
  get isDear(): boolean {
    return this.answers.areDear(this.recordCount)
  }

  /** The promise of its newest record, of kind `promise`: see {@link Answers.promise}. */
  promise(): Promise<RecordMetadata> {
    return this.answers.promise()
  }

  /** True when nothing more can be appended. */
  get full(): boolean {
    if (this.stands !== 'open') return true
    return this.endInMemory() >= this.memory().bytes.length
  }

  /** Latest timestamp of a record, ms since 1970. */
  get maxTimestamp(): number {
    const newest = this.stands === 'open' ? (this.slots.words[this.slot + Slot.delta] as number) : 0
    return this.baseTimestamp + Math.max(this.maxDelta, newest)
  }

  /** True once `chunks` are there. */
  get sealed(): boolean {
    return this.chunks.length > 0
  }

  /** Bytes of the records before compression. */
  get recordBytes(): number {
    return this.endInMemory() - BATCH_HEADER_BYTES
  }

  /** The records before compression. Valid until the batch is settled. */
  records(): Uint8Array {
    return this.memory().bytes.subarray(BATCH_HEADER_BYTES, this.endInMemory())
  }

  private endInMemory(): number {
    if (this.stands !== 'open') return this.end
    return (this.slots.words[this.slot + Slot.end] as number) - this.memory().start
  }

  /** The memory of a batch that is not settled. */
  memory(): PooledBuffer {
    if (this.buffer === null) throw new Error('the memory of a settled batch was asked for')
    return this.buffer
  }

  /** Fixes what goes on the wire: the header in the batch's own memory, then the records, compressed or as they are. */
  seal(compressed: Uint8Array | null): void {
    if (this.stands === 'settled') throw new Error('a batch was sealed that has its outcome already')
    this.close()
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
    if (buffer === null || this.stands !== 'settled' || this.writes > 0) return null
    this.buffer = null
    this.chunks = NO_CHUNKS
    return buffer
  }

  /** Its records are in other batches now: nobody is told anything. */
  dissolve(): void {
    this.close()
    this.stands = 'settled'
    this.answers.dissolve()
  }

  /** Stored. Returns false when the batch was settled before. */
  succeed(baseOffset: bigint, logAppendMs: number, listener: AcknowledgementListener): boolean {
    if (this.stands === 'settled') return false
    this.close()
    const { topic, partition } = this.partition
    const { baseTimestamp, runs } = this
    const facts = runs <= MOST_NOTED_RUNS ? this.facts : readFacts(this.records(), this.count)
    this.stands = 'settled'
    this.answers.succeed(this.count, { topic, partition, baseOffset, logAppendMs, baseTimestamp, facts }, listener)
    return true
  }

  /** Failed. Returns false when the batch was settled before. */
  fail(errorOf: (index: number) => KafkaError, listener: AcknowledgementListener): boolean {
    if (this.stands === 'settled') return false
    this.close()
    this.stands = 'settled'
    const { topic, partition } = this.partition
    this.answers.fail(this.count, topic, partition, errorOf, listener)
    return true
  }
}
