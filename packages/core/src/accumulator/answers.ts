import type { KafkaError, ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import type { BatchOutcome } from './deliveredRecord.ts'
import { DeliveredRecord, failedRecord } from './deliveredRecord.ts'

type AnyRecord = ProducerRecord<unknown, unknown>

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
  onAcknowledgement(record: AnyRecord, metadata: RecordMetadata, error: KafkaError | null): void
  onCallbackError(error: unknown): void
}

/** What became of record `index` of a batch. Throws its error when it failed. */
type OutcomeOf = (index: number) => RecordMetadata | Promise<RecordMetadata>

type OutcomeReaction = (outcomeOf: OutcomeOf) => RecordMetadata | Promise<RecordMetadata>

/** How records are told of their outcome. */
type Told = DeliveryCallback | 'by promise' | 'not at all'

/** Records that interceptors watch, in order, with the place of each in its batch. */
interface Watched {
  readonly indices: number[]
  readonly records: AnyRecord[]
  /** How many of them were told of, or handed to other batches. */
  taken: number
}

/**
 * The answers of a batch's records, in order of append. All promises come from one of the batch, by `then`: a record
 * then costs its promise and one reaction, where a promise with functions of its own would cost twice as much. Callbacks
 * are kept by runs: most applications have one for everything, or nearly everything.
 */
export class Answers {
  /** Where each run of records begins that are told alike. */
  private readonly starts: number[] = []
  /** How those of each run are told. */
  private readonly told: Told[] = []
  private newest: Told | null = null
  private hasCallbacks = false
  /** `null` until there is one. */
  private watched: Watched | null = null
  /** Settled with the batch; `null` until somebody waits for it. */
  private settled: Promise<OutcomeOf> | null = null
  private settle: ((outcomeOf: OutcomeOf) => void) | null = null
  /** The one reaction of all promises. */
  private react: OutcomeReaction | null = null
  /** Reactions of a promise run in the order in which they were added: the record that the next one is about, or before. */
  private reacted = 0
  private reactedRun = 0
  private copiedRun = 0
  /** Promises of records that are in other batches now, by place. */
  private moved: Promise<RecordMetadata>[] | null = null

  /** Notes the answer of record `index`, the last one so far. May be left out for one with the answer of the one before. */
  note(index: number, kind: AnswerKind, answer: Answer): void {
    if (kind === AnswerKind.callback) this.noteTold(index, answer as DeliveryCallback)
    else this.noteTold(index, kind === AnswerKind.none ? 'not at all' : 'by promise')
    if (kind === AnswerKind.resolve) this.resolveBy(answer as Resolve)
  }

  private noteTold(index: number, told: Told): void {
    if (told === this.newest) return
    this.newest = told
    this.starts.push(index)
    this.told.push(told)
    if (typeof told === 'function') this.hasCallbacks = true
  }

  /** Has the listener see record `index`, the last one so far, when it has its outcome. */
  watch(index: number, record: AnyRecord): void {
    this.watched ??= { indices: [], records: [], taken: 0 }
    this.watched.indices.push(index)
    this.watched.records.push(record)
  }

  /** The promise of the record that was added last, of kind `promise`. To be asked for once, before the next is added. */
  promise(): Promise<RecordMetadata> {
    this.settled ??= new Promise((settle) => {
      this.settle = settle
    })
    this.react ??= (outcomeOf) => {
      if (this.starts.length > 1) this.skipUnpromised()
      return outcomeOf(this.reacted++)
    }
    return this.settled.then(this.react)
  }

  /**
   * Whether to tell of `count` records, all there are, costs about twice what it costs where one callback hears of them all:
   * there are promises, interceptors watch, or most records have a callback of their own.
   */
  areDear(count: number): boolean {
    return this.settled !== null || this.watched !== null || this.starts.length * 2 > count
  }

  private skipUnpromised(): void {
    const { starts, told } = this
    for (let next = starts[this.reactedRun + 1]; next !== undefined; next = starts[this.reactedRun + 1]) {
      if (this.reacted < next && told[this.reactedRun] === 'by promise') return
      this.reacted = next
      this.reactedRun++
    }
  }

  /**
   * Hands the answer of record `index` to `other`, where it becomes `otherIndex`, for a batch that is divided; in order.
   */
  copyTo(other: Answers, otherIndex: number, index: number): void {
    while (index >= (this.starts[this.copiedRun + 1] ?? Number.POSITIVE_INFINITY)) this.copiedRun++
    const told = this.told[this.copiedRun] as Told
    const record = this.takeWatched(index)
    if (record !== null) other.watch(otherIndex, record)
    other.noteTold(otherIndex, told)
    if (told !== 'by promise') return
    this.moved ??= []
    this.moved[index] = other.promise()
  }

  /** The watched record at that place, if it is one; to be asked for in order, once for each. */
  private takeWatched(index: number): AnyRecord | null {
    const { watched } = this
    if (watched === null || watched.indices[watched.taken] !== index) return null
    return watched.records[watched.taken++] as AnyRecord
  }

  /** All records were handed to other batches, and their promises follow those. */
  dissolve(): void {
    this.settle?.((index) => this.moved?.[index] as Promise<RecordMetadata>)
  }

  /** Tells everyone that the records, `count` in all, were stored. */
  succeed(count: number, outcome: BatchOutcome, listener: AcknowledgementListener): void {
    if (this.hasCallbacks || this.watched !== null) {
      this.tell(count, (index) => new DeliveredRecord(outcome, index), null, listener)
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
    const metadata = failedRecord(topic, partition)
    const errors = Array.from({ length: count }, (_, index) => errorOf(index))
    this.tell(count, () => metadata, errors, listener)
    this.settle?.((index) => {
      throw errors[index] as KafkaError
    })
  }

  /** Tells listener and callbacks; `errors` of all records, `null` when they were stored. */
  private tell(
    count: number,
    metadataOf: (index: number) => RecordMetadata,
    errors: readonly KafkaError[] | null,
    listener: AcknowledgementListener,
  ): void {
    const { starts } = this
    let index = 0
    for (let run = 0; run < starts.length; run++) {
      const told = this.told[run]
      const callback = typeof told === 'function' ? told : null
      const end = starts[run + 1] ?? count
      for (; index < end; index++) {
        const record = this.takeWatched(index)
        if (callback === null && record === null) continue
        const metadata = metadataOf(index)
        const error = errors === null ? null : (errors[index] as KafkaError)
        if (record !== null) listener.onAcknowledgement(record, metadata, error)
        if (callback !== null) call(callback, error, metadata, listener)
      }
    }
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
