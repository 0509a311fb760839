import type { Clock, KafkaError, RecordMetadata } from '@posthorn/contracts'
import { RecordError } from '@posthorn/contracts'
import type { RecordAccumulator } from '../accumulator/accumulator.ts'
import { batchBound } from '../accumulator/accumulator.ts'
import type { Resolve } from '../accumulator/answers.ts'
import { AnswerKind } from '../accumulator/answers.ts'
import type { Metadata } from '../metadata/metadata.ts'
import type { TopicState } from '../topics/topicState.ts'
import type { Topics } from '../topics/topics.ts'
import type { BoundSend } from './boundSend.ts'
import type { Draft, SerializedRecord } from './pendingSend.ts'
import { PendingSend } from './pendingSend.ts'
import type { Placement } from './placement.ts'
import type { AppendOutcome, WaitingRoom } from './waitingRoom.ts'

/** Settings that appending goes by; see the keys of the same names. */
export interface AppendSettings {
  readonly maxRequestSize: number
  readonly bufferMemory: number
  readonly maxBlockMs: number
}

/** What appending needs. */
export interface AppendingParts {
  readonly settings: AppendSettings
  readonly clock: Clock
  readonly topics: Topics
  readonly metadata: Metadata
  readonly accumulator: RecordAccumulator
  readonly placement: Placement
  wake(): void
}

/** Brings drafts into batches: at once where it can, by way of the waiting room where it cannot. */
export class Appending {
  private readonly parts: AppendingParts
  private room!: WaitingRoom

  constructor(parts: AppendingParts) {
    this.parts = parts
  }

  /** Appending and waiting need each other; told once, when the producer is assembled. */
  attach(room: WaitingRoom): void {
    this.room = room
  }

  /** The topic of that name; throws for one that cannot be. */
  topic(name: string): TopicState {
    return this.parts.topics.get(name)
  }

  /** Appends the draft, or lets it wait, or returns why neither can be. Throws what makes the record unfit. */
  append(topic: TopicState, draft: Draft, mayWaitForMemory: boolean, bound: BoundSend | null): KafkaError | null {
    this.checkSize(topic.topic, draft)
    if (topic.waiting.length === 0) {
      const outcome = this.tryAppend(topic, draft, this.room.memoryIsFree)
      if (outcome === 'appended') return null
      if (outcome === 'needs-memory' && !mayWaitForMemory) return this.room.refusal(topic.topic)
    }
    const bytes = sizeOf(draft)
    if (!this.room.admits(bytes)) return this.room.refusal(topic.topic)
    const send = this.pending(topic, draft, bound)
    send.keep(draft, topic.slab)
    this.room.add(topic, send, bytes)
    return null
  }

  /** Lets the draft wait for its serializer, or returns why it cannot. */
  waitForBytes(
    topic: TopicState,
    draft: Draft,
    serializing: Promise<SerializedRecord>,
    bound: BoundSend | null,
  ): KafkaError | null {
    if (!this.room.admits(0)) {
      serializing.catch(() => {})
      return this.room.refusal(topic.topic)
    }
    const send = this.pending(topic, draft, bound)
    this.room.add(topic, send, 0)
    serializing.then(
      (bytes) => this.onSerialized(topic, send, bytes),
      (error: unknown) => this.room.cancel(send, error),
    )
    return null
  }

  /** Appends a waiting send, as {@link tryAppend} does. */
  retry(topic: TopicState, send: PendingSend, mayAllocate: boolean): AppendOutcome {
    // Before a draft is made: this is asked for every send that lines up.
    if (!topic.takesRecords) return this.needMetadata(topic)
    const draft = send.toDraft()
    try {
      return this.tryAppend(topic, draft, mayAllocate)
    } finally {
      // The partitioner is asked once.
      send.partition = draft.partition
    }
  }

  /** Appends the draft if its topic is known and memory is there. Throws what makes the record unfit. */
  private tryAppend(topic: TopicState, draft: Draft, mayAllocate: boolean): AppendOutcome {
    if (!topic.takesRecords) return this.needMetadata(topic)
    if (draft.partition < 0) draft.partition = this.parts.placement.choose(topic, draft.key)
    const queue = draft.partition < topic.partitionCount ? topic.queues[draft.partition] : undefined
    if (queue === undefined) {
      this.parts.metadata.requestUpdate()
      return this.needMetadata(topic)
    }
    const { accumulator, placement } = this.parts
    const { timestamp, key, value, headers, kind, answer } = draft
    const record = draft.watched ? draft.record : null
    const batch = accumulator.append(queue, mayAllocate, timestamp, key, value, headers, kind, answer, record)
    if (batch === null) return 'needs-memory'
    if (kind === AnswerKind.promise) draft.promise = batch.promise()
    if (!draft.fixed && (key === null || topic.partitioner.ignoresKeys === true)) {
      placement.onAppend(topic, draft.partition, batch.newestRecord, batch.full)
    }
    return 'appended'
  }

  private onSerialized(topic: TopicState, send: PendingSend, bytes: SerializedRecord): void {
    if (send.done) return
    const size = sizeOf(bytes)
    try {
      this.checkSize(topic.topic, bytes)
      if (!this.room.admits(size)) throw this.room.refusal(topic.topic)
    } catch (error) {
      this.room.cancel(send, error)
      return
    }
    this.room.grow(send, size)
    send.keep(bytes, topic.slab)
    this.room.advance(topic)
  }

  private needMetadata(topic: TopicState): AppendOutcome {
    this.parts.metadata.use(topic.topic, this.parts.clock.now())
    this.parts.wake()
    return 'needs-metadata'
  }

  private pending(topic: TopicState, draft: Draft, bound: BoundSend | null): PendingSend {
    const { clock, settings } = this.parts
    let { kind, answer } = draft
    if (kind === AnswerKind.promise) {
      // There is no batch yet whose promise could be its own.
      draft.promise = new Promise<RecordMetadata>((resolve: Resolve) => {
        answer = resolve
      })
      kind = AnswerKind.resolve
    }
    const deadlineMs = clock.now() + settings.maxBlockMs
    const send = new PendingSend(topic.topic, draft, kind, answer, deadlineMs)
    if (bound !== null) bound.pending = send
    return send
  }

  private checkSize(topic: string, { key, value, headers }: SerializedRecord): void {
    const { maxRequestSize, bufferMemory } = this.parts.settings
    const bound = batchBound(key, value, headers)
    if (bound <= maxRequestSize && bound <= bufferMemory) return
    const [name, limit] = bound > maxRequestSize ? ['maxRequestSize', maxRequestSize] : ['bufferMemory', bufferMemory]
    const message = `the record for topic ${topic} takes up to ${bound} bytes, more than ${name} = ${limit}`
    throw new RecordError('MESSAGE_TOO_LARGE', message, { topic })
  }
}

/** What a record counts towards `maxWaitingBytes`. */
function sizeOf({ key, value, headers }: SerializedRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0)
  // Also a loop over nothing makes an iterator.
  if (headers.length === 0) return bytes
  for (const header of headers) bytes += header.key.length + (header.value?.length ?? 0)
  return bytes
}
