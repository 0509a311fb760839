import type { ProducerRecord } from '@posthorn/contracts'
import type { EncodedHeader } from '@posthorn/protocol'
import type { Answer, AnswerKind } from '../accumulator/answers.ts'
import type { FlushWait } from '../accumulator/flushWait.ts'

/** A record in bytes. */
export interface SerializedRecord {
  key: Uint8Array | null
  value: Uint8Array | null
  headers: readonly EncodedHeader[]
}

/** A record between `send` and a batch. One such object serves all records that need not wait. */
export interface Draft extends SerializedRecord {
  /** The record as the interceptors left it. */
  record: ProducerRecord<unknown, unknown>
  timestamp: number
  kind: AnswerKind
  answer: Answer
  /** The record's own partition, else the partitioner's choice once it was asked, else -1. */
  partition: number
  /** Whether the record names its partition. */
  fixed: boolean
}

/** A record that could not be appended at once: it waits for metadata, memory or an asynchronous serializer. */
export interface PendingSend extends Draft {
  readonly topic: string
  /** When the wait ends in failure, ms on the producer's clock. */
  readonly deadlineMs: number
  /** False while a serializer is at work. */
  serialized: boolean
  /** What counts towards `maxWaitingBytes`. */
  bytes: number
  /** True when the record has been appended or has failed. */
  done: boolean
  /** Flushes that wait for it. */
  flushes: FlushWait[] | null
}
