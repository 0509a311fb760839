import type { Clock, ProducerRecord } from '@posthorn/contracts'
import type { EncodedHeader } from '@posthorn/protocol'
import { BATCH_HEADER_BYTES, recordBound, writeRecord } from '@posthorn/protocol'
import { noHeaders } from '../values/noHeaders.ts'
import type { Answer } from './answers.ts'
import { AnswerKind } from './answers.ts'
import { PLAIN_RECORD_BOUND, ProducerBatch } from './batch.ts'
import type { PooledBuffer } from './bufferPool.ts'
import { BufferPool } from './bufferPool.ts'
import type { FlushWait } from './flushWait.ts'
import { IncompleteBatches } from './incompleteBatches.ts'
import { MOST_TICKS, OpenSlots, Slot } from './openSlots.ts'
import type { PartitionQueue } from './partitionQueue.ts'
import type { Alarm } from './readiness.ts'
import { Readiness } from './readiness.ts'
import { MOST_NOTED_RUNS } from './recordFacts.ts'
import { ResultRooms } from './resultRooms.ts'

/** Settings that the accumulator goes by; see the keys of the same names. */
export interface AccumulatorSettings {
  readonly lingerMs: number
  readonly batchSize: number
  readonly bufferMemory: number
  readonly maxBufferedRecords: number
  readonly deliveryTimeoutMs: number
}

/** What the accumulator tells others. */
export interface AccumulatorListener {
  /** A batch was opened in a partition. */
  onOpened(queue: PartitionQueue): void
  /** Memory went back to the pool. */
  onMemoryFreed(): void
}

/** Whether a batch that goes back is to be sent before one that is queued. */
export type BatchOrder = (back: ProducerBatch, queued: ProducerBatch) => boolean

function placeOf(batch: ProducerBatch, before: BatchOrder): number {
  const at = batch.partition.batches.findIndex((queued) => before(batch, queued))
  return at < 0 ? batch.partition.batches.length : at
}

/** Most bytes of a batch with this one record; checked against `maxRequestSize` and `bufferMemory` (REC-12). */
export function batchBound(
  key: Uint8Array | null,
  value: Uint8Array | null,
  headers: readonly EncodedHeader[],
): number {
  return BATCH_HEADER_BYTES + recordBound(key === null ? -1 : key.length, value === null ? -1 : value.length, headers)
}

/** Holds records from `send` until their outcome: appends, keeps order, accounts for memory, knows what is ready. */
export class RecordAccumulator {
  readonly pool: BufferPool
  readonly rooms: ResultRooms
  readonly readiness: Readiness
  readonly incomplete: IncompleteBatches = new IncompleteBatches()
  private readonly clock: Clock
  private readonly batchSize: number
  private readonly maxBufferedRecords: number
  private readonly deliveryTimeoutMs: number
  /** The state of open batches. */
  readonly slots: OpenSlots = new OpenSlots()
  /** What `Slot.baseTick` counts from, ms since 1970. */
  private originMs: number
  /** The answer of the latest record, and its number: see `Slot.answer`. */
  private kind: AnswerKind = AnswerKind.none
  private answer: Answer = null
  private answerId = 1
  /** Whether the record of the latest plain append is answered otherwise than the one before it in its batch. */
  isAnswerNew = false
  /** Records in batches that are not settled. */
  private buffered = 0
  private readonly listener: AccumulatorListener

  constructor(settings: AccumulatorSettings, clock: Clock, alarm: Alarm, listener: AccumulatorListener) {
    this.clock = clock
    this.originMs = clock.epochMs()
    this.batchSize = settings.batchSize
    this.maxBufferedRecords = settings.maxBufferedRecords
    this.deliveryTimeoutMs = settings.deliveryTimeoutMs
    this.pool = new BufferPool(settings.bufferMemory, Math.max(settings.batchSize, BATCH_HEADER_BYTES))
    this.rooms = new ResultRooms(settings.bufferMemory, this.pool.poolableBytes)
    this.readiness = new Readiness(settings.lingerMs, alarm)
    this.listener = listener
  }

  /** Whether a record may be taken, and a batch of the ordinary size be opened for it. */
  get hasRoom(): boolean {
    return this.buffered < this.maxBufferedRecords && this.pool.availableBytes >= this.pool.poolableBytes
  }

  /** Records in batches that are not settled. */
  get bufferedRecords(): number {
    return this.buffered
  }

  /** What there is room for, in words for errors. */
  describeRoom(): string {
    const { pool, buffered, maxBufferedRecords } = this
    const memory = `${pool.availableBytes} of ${pool.totalBytes} bytes of bufferMemory are free`
    return `${memory}, ${buffered} of ${maxBufferedRecords} records (maxBufferedRecords) are on their way`
  }

  /**
   * Appends a record to the partition's open batch or to a new one, and returns that batch. Returns null when there are
   * too many records, or when it needs memory which is not there, or which may not be taken now; nothing has changed
   * then but that the open batch may be closed.
   */
  append(
    queue: PartitionQueue,
    mayAllocate: boolean,
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly EncodedHeader[],
    kind: AnswerKind,
    answer: Answer,
    record: ProducerRecord<unknown, unknown> | null,
  ): ProducerBatch | null {
    if (this.buffered >= this.maxBufferedRecords) return null
    const answerId = this.idOf(kind, answer)
    const { open } = queue
    if (open !== null) {
      if (open.tryAppend(timestamp, key, value, headers, kind, answer, record, this.originMs, answerId)) {
        this.buffered++
        if (open.full) this.readiness.offer(queue)
        return open
      }
      queue.open = null
      this.readiness.offer(queue)
    }
    if (!mayAllocate) return null
    const buffer = this.pool.tryAllocate(Math.max(this.pool.poolableBytes, batchBound(key, value, headers)))
    if (buffer === null) return null
    this.keepOriginNear(timestamp)
    const batch = this.newBatch(queue, buffer)
    batch.tryAppend(timestamp, key, value, headers, kind, answer, record, this.originMs, answerId)
    this.buffered++
    if (this.batchSize === 0) batch.close()
    else queue.open = batch
    queue.batches.push(batch)
    this.incomplete.add(batch)
    this.readiness.onOpened(batch)
    this.listener.onOpened(queue)
    return batch
  }

  /**
   * Appends a record without headers, which nobody watches, to the partition's open batch, if it is sure to fit and its
   * time and sizes need not be noted. Returns its bytes, or 0 when that is not so: {@link append} decides then. When
   * {@link RecordAccumulator.isAnswerNew} is true afterwards, the batch has to hear of the answer. It is what `append`
   * does most of the time, with the least memory touched: with thousands of partitions that decides about its cost.
   */
  appendPlain(
    slot: number,
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    kind: AnswerKind,
    answer: Answer,
  ): number {
    if (this.buffered >= this.maxBufferedRecords) return 0
    const { words } = this.slots
    const at = words[slot + Slot.end] as number
    const keyBytes = key === null ? -1 : key.length
    const valueBytes = value === null ? -1 : value.length
    if (at + keyBytes + valueBytes + PLAIN_RECORD_BOUND > (words[slot + Slot.limit] as number)) return 0
    const tick = timestamp - this.originMs
    if (!(tick > -MOST_TICKS && tick < MOST_TICKS)) return 0
    // Whole, so that what follows is reckoned with words.
    const delta = (tick | 0) - (words[slot + Slot.baseTick] as number)
    const before = words[slot + Slot.delta] as number
    if (before < 0 || delta < before || delta >= MOST_TICKS) return 0
    if (delta !== before || keyBytes !== words[slot + Slot.keyBytes] || valueBytes !== words[slot + Slot.valueBytes]) {
      const runs = words[slot + Slot.runs] as number
      if (runs < MOST_NOTED_RUNS) return 0
      words[slot + Slot.runs] = runs + 1
      words[slot + Slot.delta] = delta
      words[slot + Slot.keyBytes] = keyBytes
      words[slot + Slot.valueBytes] = valueBytes
    }
    const count = words[slot + Slot.count] as number
    const slab = this.pool.slabs[words[slot + Slot.slab] as number] as Uint8Array
    const end = writeRecord(slab, at, count, delta, key, value, noHeaders)
    const size = end - at
    words[slot + Slot.end] = end
    words[slot + Slot.count] = count + 1
    if (size > (words[slot + Slot.largest] as number)) words[slot + Slot.largest] = size
    this.buffered++
    this.isAnswerNew = words[slot + Slot.answer] !== this.idOf(kind, answer)
    return size
  }

  /** Has the batch of the latest plain append hear of its answer. */
  noteAnswer(batch: ProducerBatch, kind: AnswerKind, answer: Answer): void {
    batch.noteAnswer(batch.recordCount - 1, kind, answer, this.answerId)
  }

  private newBatch(queue: PartitionQueue, buffer: PooledBuffer): ProducerBatch {
    const now = this.clock.now()
    return buffer.slab < 0
      ? new ProducerBatch(queue, buffer, now)
      : new ProducerBatch(queue, buffer, now, this.slots, queue.slot)
  }

  /** Number of an answer, for as long as records in a row have it. */
  private idOf(kind: AnswerKind, answer: Answer): number {
    if (kind !== this.kind || answer !== this.answer) {
      this.kind = kind
      this.answer = answer
      // One that a word cannot hold is unlike all words: then batches are asked themselves.
      this.answerId++
    }
    return this.answerId
  }

  /** The clock leaves the origin behind, in some days. */
  private keepOriginNear(timestamp: number): void {
    if (Math.abs(timestamp - this.originMs) < MOST_TICKS) return
    const now = this.clock.epochMs()
    if (Math.abs(now - this.originMs) < MOST_TICKS) return
    this.slots.moveOrigin(now - this.originMs)
    this.originMs = now
  }

  /** Puts a batch back at the place that `before` gives it, to be sent no earlier than `notBeforeMs`. */
  requeue(batch: ProducerBatch, notBeforeMs: number, before: BatchOrder): void {
    batch.partition.batches.splice(placeOf(batch, before), 0, batch)
    batch.queued = true
    batch.notBeforeMs = notBeforeMs
    if (notBeforeMs > 0) this.readiness.backOff(batch)
    else this.readiness.offer(batch.partition)
  }

  /** Puts the pieces of a divided batch in its place, in order, flushes included (SPL-05); `before` as in `requeue`. */
  replace(batch: ProducerBatch, pieces: readonly ProducerBatch[], before: BatchOrder): void {
    for (const piece of pieces) {
      this.incomplete.add(piece)
      this.buffered += piece.recordCount
      for (const flush of batch.flushes ?? []) this.joinFlush(piece, flush)
    }
    batch.partition.batches.splice(placeOf(pieces[0] ?? batch, before), 0, ...pieces)
    batch.dissolve()
    this.onSettled(batch)
    this.readiness.offer(batch.partition)
  }

  /** Ends the accumulator's part in a batch that was settled. */
  onSettled(batch: ProducerBatch): void {
    if (batch.queued) {
      batch.partition.remove(batch)
      this.readiness.offer(batch.partition)
    }
    this.incomplete.remove(batch)
    this.buffered -= batch.recordCount
    const { flushes } = batch
    batch.flushes = null
    this.reclaim(batch)
    if (flushes !== null) for (const flush of flushes) flush.arrive()
  }

  /** Returns a batch's memory once nobody reads it any more: the batch is settled and no write of it is pending. */
  reclaim(batch: ProducerBatch): void {
    const buffer = batch.takeMemory()
    if (buffer === null) return
    this.pool.release(buffer)
    if (batch.room !== undefined) this.rooms.takeBack(batch.room)
    this.listener.onMemoryFreed()
  }

  /** The oldest batch if its `deliveryTimeoutMs` is over by `now`. */
  nextExpired(now: number): ProducerBatch | null {
    const { oldest } = this.incomplete
    // Reckoned as `nextDeadline` does: rounded otherwise, a pass could find nothing due and wake at once, for ever.
    return oldest !== null && oldest.createdMs + this.deliveryTimeoutMs <= now ? oldest : null
  }

  /** When something happens here by itself next; `Infinity` for never. */
  nextDeadline(): number {
    const { oldest } = this.incomplete
    const expiry = oldest === null ? Number.POSITIVE_INFINITY : oldest.createdMs + this.deliveryTimeoutMs
    return Math.min(expiry, this.readiness.nextDeadline())
  }

  /** Makes `flush` wait for every batch of this moment. */
  addFlush(flush: FlushWait): void {
    for (let batch = this.incomplete.oldest; batch !== null; batch = batch.newer) this.joinFlush(batch, flush)
  }

  /** Makes `flush` wait for one batch, if it does not already. */
  joinFlush(batch: ProducerBatch, flush: FlushWait): void {
    if (batch.flushes?.includes(flush) === true) return
    ;(batch.flushes ??= []).push(flush)
    flush.add()
  }
}
