import type { Clock, KafkaError } from '@posthorn/contracts'
import { BufferExhaustedError, TimeoutError } from '@posthorn/contracts'
import type { RecordAccumulator } from '../accumulator/accumulator.ts'
import type { FlushWait } from '../accumulator/flushWait.ts'
import type { ProducerMetrics } from '../metrics/producerMetrics.ts'
import type { TopicState } from '../topics/topicState.ts'
import type { Topics } from '../topics/topics.ts'
import type { PendingSend } from './pendingSend.ts'
import { Refusals } from './refusals.ts'
import { RoomWaits } from './roomWaits.ts'

/** What became of the attempt to append a waiting send. */
export type AppendOutcome = 'appended' | 'needs-metadata' | 'needs-memory'

/** What the waiting room needs. */
export interface WaitingRoomParts {
  readonly clock: Clock
  readonly topics: Topics
  readonly accumulator: RecordAccumulator
  readonly maxWaitingBytes: number
  readonly maxBufferedRecords: number
  readonly maxBlockMs: number
  readonly metrics: ProducerMetrics
  /** Appends a send if its topic is known and memory is there. Throws what makes the send fail. */
  append(topic: TopicState, send: PendingSend, mayAllocate: boolean): AppendOutcome
  /** Tells everyone concerned that a send failed before it reached a batch. */
  fail(send: PendingSend, error: unknown): void
  /** The latest trouble with the topic or with connections, to explain a wait that ended in vain. */
  lastTrouble(topic: TopicState): KafkaError | null
  /** Has {@link WaitingRoom.expire} called at that time. */
  wakeAt(ms: number): void
}

const NANOSECONDS_PER_MS = 1_000_000

/** What a waiting send costs beside its bytes, roughly: promise, closures, entries. */
const BYTES_PER_WAIT = 512

/** So many sends may wait in any case. */
const FEW_WAITS = 1000

/** When `maxBufferedRecords` are in batches, one more in so many may wait: a waiting send costs more than a record there. */
const RECORDS_PER_WAIT = 8

/**
 * Sends that could not be appended at once. Within a topic they keep their order; for memory, the topic that has waited
 * longest goes first. Bounded in bytes (`maxWaitingBytes`) and time (`maxBlockMs`).
 */
export class WaitingRoom {
  private readonly parts: WaitingRoomParts
  /** Topics whose first send needs memory, longest wait first. */
  private readonly forMemory = new Set<TopicState>()
  /** All waits in the order of their deadlines, with ended ones still among them. */
  private deadlines: PendingSend[] = []
  private readonly roomWaits: RoomWaits
  private readonly refusals: Refusals
  /** Most records in batches and here together. */
  private readonly mostRecords: number
  private bytes = 0
  private count = 0
  /** True while memory is being shared out: who gives way then need not see to the next. */
  private sharing = false
  private failedCount = 0

  constructor(parts: WaitingRoomParts) {
    this.parts = parts
    const { maxBufferedRecords } = parts
    this.mostRecords = maxBufferedRecords + maxBufferedRecords / RECORDS_PER_WAIT
    this.roomWaits = new RoomWaits(parts.accumulator.readiness)
    this.refusals = new Refusals(parts.accumulator, parts.maxWaitingBytes)
  }

  /** Number of sends that wait. */
  get size(): number {
    return this.count
  }

  /** Number of sends that failed here, since the beginning. */
  get failed(): number {
    return this.failedCount
  }

  /** Whether a send that needs a new batch may take memory now, or has to line up. */
  get memoryIsFree(): boolean {
    return this.forMemory.size === 0
  }

  /** Whether a send of so many bytes may wait. */
  admits(bytes: number): boolean {
    const { accumulator, maxWaitingBytes } = this.parts
    if (this.count >= FEW_WAITS && accumulator.bufferedRecords + this.count >= this.mostRecords) return false
    return this.bytes + bytes + BYTES_PER_WAIT <= maxWaitingBytes
  }

  /** The error for a send that may not wait. */
  refusal(topic: string): BufferExhaustedError {
    this.parts.metrics.record('bufferExhausted', 1)
    this.roomWaits.refuse()
    return this.refusals.error(topic, this.count)
  }

  /** Lines a send of so many bytes up at the end of its topic's queue. */
  add(topic: TopicState, send: PendingSend, bytes: number): void {
    this.grow(send, bytes + BYTES_PER_WAIT)
    this.count++
    topic.waiting.push(send)
    this.deadlines.push(send)
    this.advance(topic)
    if (!send.done) this.parts.wakeAt(send.deadlineMs)
  }

  /** The bytes of a waiting send are known now. */
  grow(send: PendingSend, bytes: number): void {
    send.bytes += bytes
    this.bytes += bytes
  }

  /** Appends what can be appended of a topic, in order. Called when something about the topic has changed. */
  advance(topic: TopicState): void {
    // Memory that others have waited for longer is not taken from under them.
    const mayAllocate = this.forMemory.size === 0 || this.isFirst(topic)
    for (let send = topic.waiting.first; send !== undefined; send = topic.waiting.first) {
      if (send.done) {
        topic.waiting.shift()
        continue
      }
      if (!send.serialized) break
      let outcome: AppendOutcome
      try {
        outcome = this.parts.append(topic, send, mayAllocate)
      } catch (error) {
        this.fail(send, error)
        continue
      }
      if (outcome === 'needs-memory') {
        this.blockOnMemory(topic)
        return
      }
      if (outcome === 'needs-metadata') break
      this.followIntoBatch(topic, send)
      this.leave(send)
      this.left(send)
    }
    this.unblock(topic)
  }

  /** Memory went back to the pool: topics go on in the order in which they began to wait. */
  onMemoryFreed(): void {
    this.shareMemory()
    if (this.memoryIsFree) this.roomWaits.wake()
  }

  /** Resolves once memory is free, nobody waits for it, and few wait for anything else. */
  ready(): Promise<void> {
    const hasMemory = this.memoryIsFree && this.parts.accumulator.hasRoom
    return this.roomWaits.wait(hasMemory && this.bytes <= this.parts.maxWaitingBytes / 2)
  }

  /** Ends waits whose time is over; returns when to look again, `Infinity` for never. */
  expire(now: number): number {
    // A callback of one that ends may line up others, at the end: found first, ended then.
    const due: PendingSend[] = []
    let latest: { readonly send: PendingSend; readonly error: KafkaError } | null = null
    for (const send of this.deadlines) {
      if (send.deadlineMs > now) break
      due.push(send)
    }
    for (const send of due) {
      if (send.done) continue
      // Tens of thousands may be due in one pass: they share the error that would say the same of each.
      if (latest === null || !sharesFate(send, latest.send)) {
        latest = { send, error: this.timeoutOf(send, `${this.parts.maxBlockMs} ms (maxBlockMs)`) }
      }
      this.cancel(send, latest.error)
    }
    return this.deadlines.find((send) => !send.done)?.deadlineMs ?? Number.POSITIVE_INFINITY
  }

  /** Fails one send that its caller gives up: the loop has one wait less to wake for, so its timer is set anew. */
  giveUp(send: PendingSend, error: unknown): void {
    this.cancel(send, error)
    this.parts.wakeAt(this.parts.clock.now())
  }

  /** Fails one send that waits. */
  cancel(send: PendingSend, error: unknown): void {
    if (send.done) return
    this.fail(send, error)
    const topic = this.parts.topics.known(send.topic)
    if (topic !== undefined) this.advance(topic)
  }

  /** Fails the sends that wait for a topic. */
  failTopic(topic: TopicState, error: KafkaError): void {
    for (const send of topic.waiting.takeAll()) if (!send.done) this.fail(send, error)
    this.unblock(topic)
  }

  /** Fails all sends that wait; those of a topic share an error. */
  failAll(errorOf: (topic: string) => KafkaError): void {
    const errors = new Map<string, KafkaError>()
    for (const send of this.deadlines.splice(0)) {
      if (send.done) continue
      const error = errors.get(send.topic) ?? errorOf(send.topic)
      errors.set(send.topic, error)
      this.cancel(send, error)
    }
    this.roomWaits.wake()
  }

  /** Makes `flush` wait for every send of this moment. */
  addFlush(flush: FlushWait): void {
    for (const send of this.deadlines) {
      if (send.done) continue
      // An array that grows from nothing takes room for many, and tens of thousands may wait.
      if (send.flushes === null) send.flushes = [flush]
      else send.flushes.push(flush)
      flush.add()
    }
  }

  /** A flush that waited for the send now waits for the batch that took it. */
  private followIntoBatch(topic: TopicState, { flushes, partition }: PendingSend): void {
    const batch = topic.queues[partition]?.last
    if (flushes === null || batch === undefined) return
    for (const flush of flushes) this.parts.accumulator.joinFlush(batch, flush)
  }

  private fail(send: PendingSend, error: unknown): void {
    this.leave(send)
    this.failedCount++
    this.parts.fail(send, error)
    this.left(send)
  }

  /** It waits no longer. */
  private leave(send: PendingSend): void {
    send.done = true
    this.recordWait(send)
    this.bytes -= send.bytes
    this.count--
    // One long wait must not keep the entries of all shorter ones that began after it.
    if (this.deadlines.length > 2 * this.count + 64) this.deadlines = this.deadlines.filter(({ done }) => !done)
    send.drop()
  }

  /** Tells who waited for its wait to end. */
  private left(send: PendingSend): void {
    this.roomWaits.wake()
    const { flushes } = send
    send.flushes = null
    if (flushes !== null) for (const flush of flushes) flush.arrive()
  }

  private recordWait({ topic, deadlineMs }: PendingSend): void {
    const { clock, maxBlockMs, metrics, topics } = this.parts
    const waitedMs = clock.now() - (deadlineMs - maxBlockMs)
    const state = topics.known(topic)
    const forMemory = state !== undefined && this.forMemory.has(state)
    metrics.record(forMemory ? 'bufferWaitTime' : 'metadataWaitTime', waitedMs * NANOSECONDS_PER_MS)
  }

  /** Lets topics take what memory there is, the one that has waited longest first, until one has to wait on. */
  private shareMemory(): void {
    this.sharing = true
    for (const topic of this.forMemory) {
      this.advance(topic)
      if (this.forMemory.has(topic)) break
    }
    this.sharing = false
  }

  private isFirst(topic: TopicState): boolean {
    return this.forMemory.values().next().value === topic
  }

  private blockOnMemory(topic: TopicState): void {
    if (this.forMemory.size === 0) this.parts.accumulator.readiness.hurry()
    this.forMemory.add(topic)
  }

  private unblock(topic: TopicState): void {
    const wasFirst = this.isFirst(topic)
    if (this.forMemory.delete(topic) && this.forMemory.size === 0) this.parts.accumulator.readiness.relax()
    // What it waited for and does not need is for the next one (BUF-06).
    if (wasFirst && !this.sharing && !this.memoryIsFree) this.shareMemory()
    if (topic.waiting.length > 0) return
    topic.slab.clear()
    // A topic for which nobody could even wait may be there now.
    this.roomWaits.wake()
  }

  /** The error for a send whose wait has ended in vain; `limit` tells how long it was and where it was set. */
  timeoutOf(send: PendingSend, limit: string): KafkaError {
    const { topics, accumulator } = this.parts
    const topic = topics.known(send.topic)
    const details = { topic: send.topic, retriable: true }
    if (topic !== undefined && this.forMemory.has(topic)) {
      const free = accumulator.describeRoom()
      return new BufferExhaustedError(`no memory for the record within ${limit}; ${free}`, details)
    }
    const trouble = topic === undefined ? null : this.parts.lastTrouble(topic)
    const cause = trouble ?? undefined
    if (!send.serialized) {
      const message = `a serializer has not finished within ${limit}`
      return new TimeoutError('SERIALIZATION_TIMEOUT', message, { ...details, cause })
    }
    const known = topic?.partitionCount ?? 0
    const what =
      known > 0 && send.partition >= known
        ? `topic ${send.topic} has ${known} partitions, partition ${send.partition} did not appear`
        : `no metadata of topic ${send.topic}`
    const why = trouble === null ? '' : `: ${trouble.message}`
    const message = `${what} within ${limit}${why}`
    return new TimeoutError('METADATA_TIMEOUT', message, {
      ...details,
      partition: send.partition < 0 ? undefined : send.partition,
      cause,
    })
  }
}

/** Whether the error of one is right for the other, in the same pass. */
function sharesFate(one: PendingSend, other: PendingSend): boolean {
  return one.topic === other.topic && one.partition === other.partition && one.serialized === other.serialized
}
