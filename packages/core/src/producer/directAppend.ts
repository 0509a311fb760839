import type { Clock, ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import { encodeUtf8 } from '@posthorn/protocol'
import type { RecordAccumulator } from '../accumulator/accumulator.ts'
import type { Answer } from '../accumulator/answers.ts'
import { AnswerKind } from '../accumulator/answers.ts'
import type { ProducerBatch } from '../accumulator/batch.ts'
import type { Topics } from '../topics/topics.ts'
import { noHeaders } from '../values/noHeaders.ts'
import type { Placement } from './placement.ts'
import type { WaitingRoom } from './waitingRoom.ts'

/** What appending directly needs. */
export interface DirectAppendParts {
  readonly clock: Clock
  readonly topics: Topics
  readonly accumulator: RecordAccumulator
  readonly placement: Placement
  readonly room: WaitingRoom
  /** Records with more bytes than this in key and value go the long way; less than any limit on records. */
  readonly mostBytes: number
}

/** More than what batch and record take beside key and value: what a record may have at most is that much less. */
export const DIRECT_OVERHEAD = 128

/** The record was taken, and nobody wants a promise. */
export const TAKEN = true

/**
 * The short way of a record into a batch, for the plain ones: bytes or strings without headers, to a topic that is known,
 * with memory at hand. It decides as {@link Appending} does, which a property test holds it to, but makes no object and
 * passes nothing on by way of one: that halved what Posthorn itself spends on a record of 100 bytes. Whatever is not
 * plain is left to the long way, before anything has happened.
 */
export class DirectAppend {
  /** What the partitioner chose for the latest record that it turned out to be impossible to append; else -1. */
  chosen = -1
  private readonly clock: Clock
  private readonly topics: Topics
  private readonly accumulator: RecordAccumulator
  private readonly placement: Placement
  private readonly room: WaitingRoom
  private readonly mostBytes: number

  constructor({ clock, topics, accumulator, placement, room, mostBytes }: DirectAppendParts) {
    this.clock = clock
    this.topics = topics
    this.accumulator = accumulator
    this.placement = placement
    this.room = room
    this.mostBytes = mostBytes
  }

  /**
   * Appends a record; returns its promise for kind `promise`, else {@link TAKEN}. Returns null when it has to go the long
   * way. Throws when the partitioner fails.
   */
  append(
    record: ProducerRecord<unknown, unknown>,
    kind: AnswerKind,
    answer: Answer,
  ): Promise<RecordMetadata> | typeof TAKEN | null {
    this.chosen = -1
    const topic = this.topics.known(record.topic)
    if (topic === undefined || !topic.takesRecords) return null
    if (record.headers !== undefined || (this.room.size > 0 && topic.waiting.length > 0)) return null
    const key = plainBytes(record.key)
    const value = plainBytes(record.value)
    if (key === undefined || value === undefined) return null
    const bytes = (key === null ? 0 : key.length) + (value === null ? 0 : value.length)
    if (bytes > this.mostBytes || !this.room.memoryIsFree) return null
    const given = record.timestamp
    if (given !== undefined && !(Number.isSafeInteger(given) && (given as number) >= 0)) return null
    const named = record.partition
    if (named !== undefined && !(Number.isInteger(named) && named >= 0 && named < topic.partitionCount)) return null
    const timestamp = given === undefined ? this.clock.epochMs() : (given as number)
    const partition = named === undefined ? this.placement.choose(topic, key) : named
    const isPlaced = named === undefined && (key === null || topic.partitioner.ignoresKeys === true)
    const { accumulator, placement } = this
    const slot = topic.slotOf(partition)
    const size = slot === undefined ? 0 : accumulator.appendPlain(slot, timestamp, key, value, kind, answer)
    const queue = topic.queues[partition]
    if (size > 0) {
      let promise: Promise<RecordMetadata> | typeof TAKEN = TAKEN
      // Mostly nobody needs the batch itself, which is a long way off where there are thousands.
      if (kind === AnswerKind.promise || accumulator.isAnswerNew) {
        const batch = queue?.open as ProducerBatch
        if (accumulator.isAnswerNew) accumulator.noteAnswer(batch, kind, answer)
        if (kind === AnswerKind.promise) promise = batch.promise()
      }
      if (isPlaced) placement.onAppend(topic, partition, size, false)
      return promise
    }
    const batch =
      queue === undefined ? null : accumulator.append(queue, true, timestamp, key, value, noHeaders, kind, answer, null)
    if (batch === null) {
      // No memory, or the partitioner took it by sending records of its own; it is asked once for each record.
      if (named === undefined) this.chosen = partition
      return null
    }
    // Before the partitioner hears of it: what that sends comes after this record.
    const promise = kind === AnswerKind.promise ? batch.promise() : TAKEN
    if (isPlaced) placement.onAppend(topic, partition, batch.newestRecord, batch.full)
    return promise
  }
}

/** Bytes of a key or value as {@link Serialization} gives them; undefined for what it has to see. */
function plainBytes(given: unknown): Uint8Array | null | undefined {
  if (given === undefined || given === null) return null
  if (given instanceof Uint8Array) return given
  return typeof given === 'string' ? encodeUtf8(given) : undefined
}
