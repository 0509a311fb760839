import type { KafkaError, ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import type { BatchOutcome } from './deliveredRecord.ts'
import { DeliveredRecord, failedRecord } from './deliveredRecord.ts'

/** Settles the promise of one `send`. A failure is resolved with a rejected promise, so one function per record does. */
export type Resolve = (outcome: RecordMetadata | Promise<RecordMetadata>) => void

/** Told about one record of a `trySend`: `error` is `null` when it was stored. */
export type DeliveryCallback = (error: KafkaError | null, metadata: RecordMetadata) => void

/** Who hears of a record's outcome. */
export type Answer = Resolve | DeliveryCallback | null

/** What an {@link Answer} is. */
export const AnswerKind = { none: 0, promise: 1, callback: 2 } as const
export type AnswerKind = (typeof AnswerKind)[keyof typeof AnswerKind]

/** Told about every record before its own answer. */
export interface AcknowledgementListener {
  onAcknowledgement(record: ProducerRecord<unknown, unknown>, metadata: RecordMetadata, error: KafkaError | null): void
  onCallbackError(error: unknown): void
}

/** The answers of a batch's records, in order of append. */
export class Answers {
  private readonly answers: Answer[] = []
  /** One kind for all records, until a second kind comes. */
  private kind: AnswerKind = AnswerKind.none
  private kinds: AnswerKind[] | null = null
  /** The records themselves; kept only for interceptors. */
  private records: ProducerRecord<unknown, unknown>[] | null = null

  add(kind: AnswerKind, answer: Answer, record: ProducerRecord<unknown, unknown> | null): void {
    const index = this.answers.length
    if (index === 0) this.kind = kind
    else if (this.kinds === null && kind !== this.kind) {
      this.kinds = new Array<AnswerKind>(index).fill(this.kind)
    }
    this.answers.push(answer)
    this.kinds?.push(kind)
    if (record !== null) (this.records ??= []).push(record)
  }

  /** Hands the answer of one record to `other`, for a batch that is divided. */
  copyTo(other: Answers, index: number): void {
    other.add(this.kinds?.[index] ?? this.kind, this.answers[index] ?? null, this.records?.[index] ?? null)
  }

  /** Tells everyone that the records were stored. */
  succeed(outcome: BatchOutcome, listener: AcknowledgementListener): void {
    const { answers, records, kinds } = this
    for (let i = 0; i < answers.length; i++) {
      const kind = kinds === null ? this.kind : kinds[i]
      const record = records?.[i]
      if (kind === AnswerKind.none && record === undefined) continue
      const metadata = new DeliveredRecord(outcome, i)
      if (record !== undefined) listener.onAcknowledgement(record, metadata, null)
      if (kind === AnswerKind.promise) (answers[i] as Resolve)(metadata)
      else if (kind === AnswerKind.callback) call(answers[i] as DeliveryCallback, null, metadata, listener)
    }
  }

  /** Tells everyone that the records failed; `errorOf` gives the error of each. */
  fail(
    topic: string,
    partition: number,
    errorOf: (index: number) => KafkaError,
    listener: AcknowledgementListener,
  ): void {
    const { answers, records, kinds } = this
    const metadata = failedRecord(topic, partition)
    for (let i = 0; i < answers.length; i++) {
      const kind = kinds === null ? this.kind : kinds[i]
      const error = errorOf(i)
      const record = records?.[i]
      if (record !== undefined) listener.onAcknowledgement(record, metadata, error)
      if (kind === AnswerKind.promise) (answers[i] as Resolve)(Promise.reject(error))
      else if (kind === AnswerKind.callback) call(answers[i] as DeliveryCallback, error, metadata, listener)
    }
  }
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
