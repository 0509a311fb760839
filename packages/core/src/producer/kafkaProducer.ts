import type { Clock, Metric, ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import { KafkaError, RecordError } from '@posthorn/contracts'
import type { Answer, DeliveryCallback } from '../accumulator/answers.ts'
import { AnswerKind, isPromised } from '../accumulator/answers.ts'
import { failedRecord } from '../accumulator/deliveredRecord.ts'
import { describeValue } from '../values/describeValue.ts'
import type { ProducerMetrics } from '../metrics/producerMetrics.ts'
import { noHeaders } from '../values/noHeaders.ts'
import type { Rejections } from '../values/rejections.ts'
import { AbortGroups } from './abortGroups.ts'
import type { Appending } from './appending.ts'
import { BoundSend, checkSendOptions } from './boundSend.ts'
import type { DirectAppend } from './directAppend.ts'
import { TAKEN } from './directAppend.ts'
import type { Interceptors } from './interceptors.ts'
import type { GuardProxy } from '../sender/guardProxy.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { MetadataWaits } from './metadataWaits.ts'
import type { Draft } from './pendingSend.ts'
import { checkPartition, checkTimestamp } from './placement.ts'
import type {
  CloseOptions,
  CloseReport,
  FlushOptions,
  PartitionDescription,
  Producer,
  SendAllOptions,
  SendOptions,
  SendOutcome,
  WritableOptions,
} from './producer.ts'
import { sendAll } from './sendAll.ts'
import type { Serialization } from './serialization.ts'
import type { RecordSource, SourcePort } from './sourcePull.ts'
import type { WaitingRoom } from './waitingRoom.ts'
import { writable } from './writable.ts'

/** What the facade is made of. */
export interface KafkaProducerParts<Handle> {
  readonly clientId: string
  readonly delivery: Handle
  readonly clock: Clock
  readonly appending: Appending
  /** `null` where every record has to go the long way. */
  readonly direct: DirectAppend | null
  readonly waitingRoom: WaitingRoom
  readonly metadataWaits: MetadataWaits
  readonly interceptors: Interceptors
  readonly serialization: Serialization
  readonly lifecycle: Lifecycle
  readonly metrics: ProducerMetrics
  readonly guard: GuardProxy | null
  readonly rejections: Rejections
}

type AnyRecord = ProducerRecord<unknown, unknown>

/** The application's side of the producer: from `send` to a batch, or to the waiting room. */
export class KafkaProducer<K, V, Handle> implements Producer<K, V, Handle> {
  readonly clientId: string
  readonly delivery: Handle
  private readonly parts: KafkaProducerParts<Handle>
  private readonly direct: DirectAppend | null
  /** `null` where there are none. */
  private readonly interceptors: Interceptors | null
  /** Filled for each record and read before the next: what need not wait costs no object. */
  private readonly draft: Draft = emptyDraft()
  /** True while `draft` is in use: a partitioner may send records itself, and those get a draft of their own. */
  private drafting = false
  /** The draft of the record that was taken last. */
  private latest: Draft = this.draft
  private readonly aborts = new AbortGroups()
  /** What sources and streams use of this producer. */
  private readonly port: SourcePort<K, V> = {
    trySend: (record, callback) => this.trySend(record, callback),
    ready: () => this.ready(),
    flush: () => this.flush(),
    refusal: () => this.parts.lifecycle.refusal,
  }

  constructor(parts: KafkaProducerParts<Handle>) {
    this.parts = parts
    this.direct = parts.direct
    this.interceptors = parts.interceptors.any ? parts.interceptors : null
    this.clientId = parts.clientId
    this.delivery = parts.delivery
  }

  send(record: ProducerRecord<K, V>, options?: SendOptions): Promise<RecordMetadata> {
    if (options !== undefined) return this.sendWithin(record, options)
    const taken = this.accept(record, AnswerKind.promise, null)
    return taken instanceof KafkaError ? this.parts.rejections.promise(taken) : (taken as Promise<RecordMetadata>)
  }

  trySend(record: ProducerRecord<K, V>, callback?: DeliveryCallback): boolean {
    const kind = callback === undefined ? AnswerKind.none : AnswerKind.callback
    const taken = this.accept(record, kind, callback ?? null)
    if (taken === TAKEN) return true
    const refused = taken as KafkaError
    if (refused.code === 'BUFFER_EXHAUSTED') return false
    throw refused
  }

  ready(): Promise<void> {
    // Whoever asks a closed producer is to learn it from `trySend`.
    return this.parts.lifecycle.refusal === null ? this.parts.waitingRoom.ready() : Promise.resolve()
  }

  sendAll(
    records: RecordSource<K, V>,
    options: SendAllOptions = {},
  ): AsyncGenerator<SendOutcome<K, V>, void, undefined> {
    return sendAll(this.port, records, options)
  }

  writable(options: WritableOptions = {}): WritableStream<ProducerRecord<K, V>> {
    return writable(this.port, options)
  }

  flush(options?: FlushOptions): Promise<void> {
    return this.parts.lifecycle.flush(options?.signal)
  }

  async partitionsFor(topic: string): Promise<readonly PartitionDescription[]> {
    const { appending, lifecycle, metadataWaits } = this.parts
    if (lifecycle.closed !== null) throw lifecycle.closed
    const info = await metadataWaits.info(appending.topic(topic))
    return info.partitions.map(({ leaderId }, partition) => ({ topic, partition, leader: leaderId }))
  }

  metrics(): readonly Metric[] {
    return this.parts.metrics.all()
  }

  close(options: CloseOptions = {}): Promise<CloseReport> {
    return this.parts.lifecycle.close(options.timeoutMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  private sendWithin(record: ProducerRecord<K, V>, options: SendOptions): Promise<RecordMetadata> {
    const { clock, waitingRoom } = this.parts
    if (options.signal === undefined && options.timeoutMs === undefined) return this.send(record)
    const wrong = checkSendOptions(options)
    if (wrong !== null) return Promise.reject(wrong)
    // A signal may have any reason, and it is the caller’s own.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    if (options.signal?.aborted === true) return Promise.reject(options.signal.reason)
    const bound = new BoundSend(options, waitingRoom, this.aborts)
    const refused = this.take(record, AnswerKind.resolve, bound.answer, bound)
    if (refused !== null) return Promise.reject(refused)
    const { record: taken, partition } = this.latest
    bound.start(clock, taken?.topic ?? record.topic, partition)
    return bound.promise
  }

  /**
   * Takes a record, by the short way if it may go there; returns its promise for kind `promise`, else {@link TAKEN}, or why
   * it was refused.
   */
  private accept(
    given: unknown,
    kind: AnswerKind,
    answer: Answer,
  ): Promise<RecordMetadata> | typeof TAKEN | KafkaError {
    const { direct, interceptors } = this
    if (direct === null || typeof given !== 'object' || given === null || this.parts.lifecycle.refusal !== null) {
      return this.acceptLong(given, kind, answer, -1, false)
    }
    let record = given as AnyRecord
    if (interceptors !== null) {
      record = interceptors.onSend(record)
      if (interceptors.watch(record)) return this.acceptLong(record, kind, answer, -1, true)
    }
    try {
      const taken = direct.append(record, kind, answer)
      if (taken !== null) return taken
    } catch (error) {
      return this.refuse(record, -1, error as KafkaError, true)
    }
    return this.acceptLong(record, kind, answer, direct.chosen, true)
  }

  /** Takes a record the long way; returns as {@link KafkaProducer.accept} does, parameters as of {@link KafkaProducer.take}. */
  private acceptLong(
    given: unknown,
    kind: AnswerKind,
    answer: Answer,
    chosen: number,
    isSeen: boolean,
  ): Promise<RecordMetadata> | typeof TAKEN | KafkaError {
    const refused = this.take(given, kind, answer, null, chosen, isSeen)
    if (refused !== null) return refused
    return kind === AnswerKind.promise ? (this.latest.promise as Promise<RecordMetadata>) : TAKEN
  }

  /**
   * Takes a record, or returns why not. `chosen`: the partition, where the partitioner was asked already. `isSeen`: the
   * interceptors were asked already.
   */
  private take(
    given: unknown,
    kind: AnswerKind,
    answer: Answer,
    bound: BoundSend | null,
    chosen = -1,
    isSeen = false,
  ): KafkaError | null {
    const { lifecycle, interceptors, appending, serialization } = this.parts
    if (lifecycle.refusal !== null) return lifecycle.refusal
    if (typeof given !== 'object' || given === null) {
      return new RecordError('INVALID_ARGUMENT', `record: expected an object, received ${describeValue(given)}`)
    }
    const record = isSeen ? (given as AnyRecord) : interceptors.onSend(given as AnyRecord)
    let partition = -1
    const nested = this.drafting
    try {
      const topic = appending.topic(record.topic)
      const draft = nested ? emptyDraft() : this.draft
      this.drafting = true
      const named = checkPartition(record.partition, record.topic)
      partition = named ?? chosen
      const timestamp = checkTimestamp(record.timestamp, record.topic) ?? this.parts.clock.epochMs()
      // Before the draft is filled: a serializer may send records itself, and those go by way of the same draft.
      const serializing = serialization.run(record, draft)
      draft.record = record
      draft.watched = interceptors.watch(record)
      draft.timestamp = timestamp
      draft.kind = kind
      draft.answer = answer
      draft.partition = partition
      draft.fixed = named !== undefined
      const refused =
        serializing === null
          ? appending.append(topic, draft, isPromised(kind), bound)
          : appending.waitForBytes(topic, draft, serializing, bound)
      this.latest = draft
      return refused === null ? null : this.refuse(record, partition, refused, isPromised(kind))
    } catch (error) {
      return this.refuse(record, partition, error as KafkaError, true)
    } finally {
      this.drafting = nested
    }
  }

  /** The record goes no further: whoever saw it set out hears of it (ITC-04). */
  private refuse(record: AnyRecord, partition: number, error: KafkaError, isFailure: boolean): KafkaError {
    const { interceptors, metrics, guard } = this.parts
    let seen = error
    if (isFailure) {
      metrics.onError(record.topic, 1)
      if (guard !== null) seen = guard.onRefused(error)
    }
    if (this.interceptors !== null) interceptors.onAcknowledgement(record, failedRecord(record.topic, partition), seen)
    return seen
  }
}

function emptyDraft(): Draft {
  return {
    record: null,
    watched: false,
    timestamp: 0,
    kind: AnswerKind.none,
    answer: null,
    partition: -1,
    fixed: false,
    key: null,
    value: null,
    headers: noHeaders,
    promise: null,
  }
}
