/** A header's value. A string is sent as UTF-8, `null` as Kafka's null. */
export type HeaderValue = Uint8Array | string | null

/** One header of a record. Keys may repeat; order is kept. */
export interface RecordHeader {
  /** Not null, sent as UTF-8. */
  readonly key: string
  /** The value. */
  readonly value: HeaderValue
}

/** Headers as an application gives them: pairs, or an object when no key repeats. */
export type HeadersInput = readonly RecordHeader[] | Readonly<Record<string, HeaderValue>>

/** Headers of a record on its way through the serializers, which may add to them. */
export interface RecordHeaders extends Iterable<RecordHeader> {
  /** Number of headers. */
  readonly size: number
  /** Adds a header after the others. */
  add(key: string, value: HeaderValue): void
}

/** What an application sends. Never changed by the producer, and not needed by it once `send` has returned a promise. */
export interface ProducerRecord<K = Uint8Array | string, V = Uint8Array | string> {
  /** Topic name: 1 to 249 characters of `[a-zA-Z0-9._-]`. */
  readonly topic: string
  /** The key, or `null` or nothing for none. An empty key is a key. */
  readonly key?: K | null | undefined
  /** The value; `null` is a tombstone in a compacted topic. */
  readonly value: V | null
  /** Partition to write to; absent, the partitioner decides. */
  readonly partition?: number | undefined
  /** Milliseconds since 1970-01-01 UTC, not negative; absent, the time of the call. */
  readonly timestamp?: number | bigint | Date | undefined
  /** Headers. */
  readonly headers?: HeadersInput | undefined
}

/** Where a record was stored. */
export interface RecordMetadata {
  /** Topic of the record. */
  readonly topic: string
  /** Partition it was written to, -1 when it failed before one was chosen. */
  readonly partition: number
  /** Its offset; -1 when the broker gave none (acks=0, or a duplicate of unknown offset). */
  readonly offset: bigint
  /** Its timestamp in milliseconds: the broker's if the topic uses log append time, else the record's own. */
  readonly timestamp: bigint
  /** Bytes of the key, -1 for null. */
  readonly serializedKeySize: number
  /** Bytes of the value, -1 for null. */
  readonly serializedValueSize: number
}
