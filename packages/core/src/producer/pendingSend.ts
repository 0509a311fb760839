import type { ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import type { EncodedHeader } from '@posthorn/protocol'
import type { Answer, AnswerKind } from '../accumulator/answers.ts'
import type { FlushWait } from '../accumulator/flushWait.ts'
import { noHeaders } from '../values/noHeaders.ts'
import type { Slab } from '../values/slab.ts'

/** A record in bytes. */
export interface SerializedRecord {
  key: Uint8Array | null
  value: Uint8Array | null
  headers: readonly EncodedHeader[]
}

/** A record between `send` and a batch. One such object serves all records that need not wait. */
export interface Draft extends SerializedRecord {
  /** The record as the interceptors left it; `null` where nobody wants it back. */
  record: ProducerRecord<unknown, unknown> | null
  /** Whether an interceptor wants to hear of its outcome. */
  watched: boolean
  timestamp: number
  kind: AnswerKind
  answer: Answer
  /** The record's own partition, else the partitioner's choice once it was asked, else -1. */
  partition: number
  /** Whether the record names its partition. */
  fixed: boolean
  /** What `send` gives its caller, once the record was taken. */
  promise: Promise<RecordMetadata> | null
}

/** A record that could not be appended at once: it waits for metadata, memory or an asynchronous serializer. */
export class PendingSend {
  readonly topic: string
  /** When the wait ends in failure, ms on the producer's clock. */
  readonly deadlineMs: number
  readonly record: ProducerRecord<unknown, unknown> | null
  readonly kind: AnswerKind
  readonly answer: Answer
  /** As that of a draft. */
  partition: number
  readonly fixed: boolean
  /** False while a serializer is at work. */
  serialized = false
  /** What counts towards `maxWaitingBytes`. */
  bytes = 0
  /** True when the record has been appended or has failed. */
  done = false
  /** Flushes that wait for it. */
  flushes: FlushWait[] | null = null
  private readonly timestamp: number
  private headers: readonly EncodedHeader[] = noHeaders
  /** Holds the key, then the value, from `at` on. */
  private memory: Uint8Array | null = null
  private at = 0
  /** -1 for none, as in the protocol. */
  private keyBytes = -1
  private valueBytes = -1

  constructor(topic: string, draft: Draft, kind: AnswerKind, answer: Answer, deadlineMs: number) {
    this.topic = topic
    this.deadlineMs = deadlineMs
    this.record = draft.watched ? draft.record : null
    this.kind = kind
    this.answer = answer
    this.partition = draft.partition
    this.fixed = draft.fixed
    this.timestamp = draft.timestamp
  }

  /** Copies the record's bytes: from here on the caller may reuse its memory. */
  keep({ key, value, headers }: SerializedRecord, slab: Slab): void {
    this.serialized = true
    this.keyBytes = key === null ? -1 : key.length
    this.valueBytes = value === null ? -1 : value.length
    const keyLength = Math.max(this.keyBytes, 0)
    this.at = slab.reserve(keyLength + Math.max(this.valueBytes, 0))
    this.memory = slab.piece
    if (key !== null) this.memory.set(key, this.at)
    if (value !== null) this.memory.set(value, this.at + keyLength)
    // `slice` would not do: that of Node's `Buffer` shares its memory.
    const copyOf = (bytes: Uint8Array | null): Uint8Array | null => (bytes === null ? null : new Uint8Array(bytes))
    if (headers.length > 0) this.headers = headers.map((header) => ({ key: header.key, value: copyOf(header.value) }))
  }

  /** The record as it was when it was kept. */
  toDraft(): Draft {
    const { record, timestamp, kind, answer, partition, fixed, headers, at, keyBytes } = this
    const key = this.view(at, keyBytes)
    const value = this.view(at + Math.max(keyBytes, 0), this.valueBytes)
    return {
      record,
      watched: record !== null,
      timestamp,
      kind,
      answer,
      partition,
      fixed,
      key,
      value,
      headers,
      promise: null,
    }
  }

  /** What it held is not needed any more, although an entry of it may stay for a while. */
  drop(): void {
    this.memory = null
    this.headers = noHeaders
  }

  private view(from: number, bytes: number): Uint8Array | null {
    return bytes < 0 || this.memory === null ? null : this.memory.subarray(from, from + bytes)
  }
}
