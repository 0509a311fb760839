import type { KafkaError, ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import type { BatchOutcome } from './deliveredRecord.ts'
import { DeliveredRecord, failedRecord } from './deliveredRecord.ts'

/** Settles the promise of one `send`. A failure is resolved with a rejected promise, so one function per record does. */
export type Resolve = (outcome: RecordMetadata | Promise<RecordMetadata>) => void

/** Told about one record of a `trySend`: `error` is `null` when it was stored. */
export type DeliveryCallback = (error: KafkaError | null, metadata: RecordMetadata) => void

/** Who hears of a record's outcome, beside whoever has its promise. */
export type Answer = Resolve | DeliveryCallback | null

/**
 * How a record is answered: not at all, by the promise that {@link Answers.promise} gives, by a {@link DeliveryCallback},
 * or by a {@link Resolve} of a promise that was there before the batch.
 */
export const AnswerKind = { none: 0, promise: 1, callback: 2, resolve: 3 } as const
export type AnswerKind = (typeof AnswerKind)[keyof typeof AnswerKind]

/** Told about every record before its own answer. */
export interface AcknowledgementListener {
  onAcknowledgement(record: ProducerRecord<unknown, unknown>, metadata: RecordMetadata, error: KafkaError | null): void
  onCallbackError(error: unknown): void
}

/** What became of record `index` of a batch. Throws its error when it failed. */
type OutcomeOf = (index: number) => RecordMetadata | Promise<RecordMetadata>

type OutcomeReaction = (outcomeOf: OutcomeOf) => RecordMetadata | Promise<RecordMetadata>

/**
 * The answers of a batch's records, in order of append. All promises come from one of the batch, by `then`: a record
 * then costs its promise and one reaction, where a promise with functions of its own would cost twice as much.
 */
export class Answers {
  /** One kind for all records, until a second kind comes. */
  private kind: AnswerKind = AnswerKind.none
  private kinds: AnswerKind[] | null = null
  /** The one callback of all records, until one has another or none; most applications have one for everything. */
  private callback: DeliveryCallback | null = null
  /** Callbacks by record; `null` until they differ. */
  private callbacks: (DeliveryCallback | null)[] | null = null
  /** The records that interceptors watch; `null` until there is one. */
  private records: (ProducerRecord<unknown, unknown> | null)[] | null = null
  /** Settled with the batch; `null` until somebody waits for it. */
  private settled: Promise<OutcomeOf> | null = null
  private settle: ((outcomeOf: OutcomeOf) => void) | null = null
  /** The one reaction of all promises. */
  private react: OutcomeReaction | null = null
  /** Reactions of a promise run in the order in which they were added: the record that the next one is about, or before. */
  private reacted = 0
  /** Promises of records that are in other batches now, by place. */
  private moved: Promise<RecordMetadata>[] | null = null

  /**
   * Notes the answer of record `index`, the last one so far. May be left out for a record with the answer of the one
   * before it, and no interceptor that watches it, while all records so far are alike: see {@link Answers.mixed}.
   */
  add(index: number, kind: AnswerKind, answer: Answer, record: ProducerRecord<unknown, unknown> | null): void {
    if (index === 0) this.kind = kind
    else if (this.kinds === null && kind !== this.kind) this.kinds = new Array<AnswerKind>(index).fill(this.kind)
    this.kinds?.push(kind)
    if (record !== null) {
      this.records ??= new Array<ProducerRecord<unknown, unknown> | null>(index).fill(null)
      this.records.push(record)
    } else this.records?.push(null)
    const callback = kind === AnswerKind.callback ? (answer as DeliveryCallback) : null
    if (index === 0) this.callback = callback
    else if (callback !== this.callback || this.callbacks !== null) this.addCallback(index, callback)
    if (kind === AnswerKind.resolve) this.resolveBy(answer as Resolve)
  }

  /** True once the records differ in how they are answered: from then on each has to be added. */
  get mixed(): boolean {
    return this.kinds !== null || this.callbacks !== null || this.records !== null
  }

  private addCallback(index: number, callback: DeliveryCallback | null): void {
    this.callbacks ??= new Array<DeliveryCallback | null>(index).fill(this.callback)
    this.callbacks.push(callback)
    // From now on each has its own, or none.
    this.callback = null
  }

  private callbackOf(index: number): DeliveryCallback | null {
    return this.callbacks === null ? this.callback : (this.callbacks[index] ?? null)
  }

  /** The promise of the record that was added last, of kind `promise`. To be asked for once, before the next is added. */
  promise(): Promise<RecordMetadata> {
    this.settled ??= new Promise((settle) => {
      this.settle = settle
    })
    this.react ??= (outcomeOf) => {
      const { kinds } = this
      while (kinds !== null && !isPromised(kinds[this.reacted] ?? AnswerKind.promise)) this.reacted++
      return outcomeOf(this.reacted++)
    }
    return this.settled.then(this.react)
  }

  /** Hands the answer of one record to `other`, where it becomes `otherIndex`, for a batch that is divided. */
  copyTo(other: Answers, otherIndex: number, index: number): void {
    const kind = this.kinds?.[index] ?? this.kind
    const record = this.records?.[index] ?? null
    if (!isPromised(kind)) other.add(otherIndex, kind, this.callbackOf(index), record)
    else {
      other.add(otherIndex, AnswerKind.promise, null, record)
      this.moved ??= []
      this.moved[index] = other.promise()
    }
  }

  /** All records were handed to other batches, and their promises follow those. */
  dissolve(): void {
    this.settle?.((index) => this.moved?.[index] as Promise<RecordMetadata>)
  }

  /** Tells everyone that the records, `count` in all, were stored. */
  succeed(count: number, outcome: BatchOutcome, listener: AcknowledgementListener): void {
    const { records } = this
    if (this.callback !== null || this.callbacks !== null || records !== null) {
      for (let i = 0; i < count; i++) {
        const record = records?.[i] ?? null
        const callback = this.callbackOf(i)
        if (record === null && callback === null) continue
        const metadata = new DeliveredRecord(outcome, i)
        if (record !== null) listener.onAcknowledgement(record, metadata, null)
        if (callback !== null) call(callback, null, metadata, listener)
      }
    }
    this.settle?.((index) => new DeliveredRecord(outcome, index))
  }

  /** Tells everyone that the records, `count` in all, failed; `errorOf` gives the error of each. */
  fail(
    count: number,
    topic: string,
    partition: number,
    errorOf: (index: number) => KafkaError,
    listener: AcknowledgementListener,
  ): void {
    const { records } = this
    const metadata = failedRecord(topic, partition)
    const errors: KafkaError[] = []
    for (let i = 0; i < count; i++) {
      const error = errorOf(i)
      errors.push(error)
      const record = records?.[i] ?? null
      if (record !== null) listener.onAcknowledgement(record, metadata, error)
      const callback = this.callbackOf(i)
      if (callback !== null) call(callback, error, metadata, listener)
    }
    this.settle?.((index) => {
      throw errors[index] as KafkaError
    })
  }

  /** In the batch's own order, as if it were one of its promises. */
  private resolveBy(resolve: Resolve): void {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown is the error of the record
    const fail = (error: unknown): void => resolve(Promise.reject(error))
    // What is in another batch now has no outcome yet: whoever waits for it must not take a promise of one for it.
    this.promise().then(resolve, fail)
  }
}

/** Whether a promise hears of the outcome. */
export function isPromised(kind: AnswerKind): boolean {
  return kind === AnswerKind.promise || kind === AnswerKind.resolve
}

function call(
  callback: DeliveryCallback,
  error: KafkaError | null,
  metadata: RecordMetadata,
  listener: AcknowledgementListener,
): void {
  try {
    callback(error, metadata)
  } catch (thrown) {
    listener.onCallbackError(thrown)
  }
}
