/** A record batch as a broker stored it. */
export interface StoredBatch {
  /** Offset of the first record, which the broker gave. */
  readonly baseOffset: bigint
  /** Offset of the last record. */
  readonly lastOffset: bigint
  /** The batch in format v2, with base offset and leader epoch filled in. Not to be changed. */
  readonly bytes: Uint8Array
  /** Number of records. */
  readonly recordCount: number
  /** Attributes of the batch: codec, timestamp type, transactional, control. */
  readonly attributes: number
  /** What it does to the transaction of its producer, when it is a marker and no batch of records; else null. */
  readonly control: 'commit' | 'abort' | null
  /** Largest timestamp of a record, in milliseconds. */
  readonly maxTimestamp: bigint
  /** Producer id, -1n without idempotence. */
  readonly producerId: bigint
  /** Producer epoch, -1 without idempotence. */
  readonly producerEpoch: number
  /** Sequence of the first record, -1 without idempotence. */
  readonly baseSequence: number
  /** Leader epoch in which it was appended. */
  readonly leaderEpoch: number
  /** Broker that appended it. */
  readonly broker: number
  /** When it was appended, `now()` of the cluster's clock. */
  readonly appendedAt: number
}

/** A record read back from a partition. */
export interface StoredRecord {
  /** Topic that it is stored in. */
  readonly topic: string
  /** Partition that it is stored in. */
  readonly partition: number
  /** Its offset. */
  readonly offset: bigint
  /** Milliseconds since 1970: the producer's, or the broker's with `LogAppendTime`. */
  readonly timestamp: bigint
  /** The key, `null` for none. */
  readonly key: Uint8Array | null
  /** The value, decompressed. */
  readonly value: Uint8Array | null
  /** The headers, in order. */
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[]
  /** Producer id of its batch, -1n without idempotence. */
  readonly producerId: bigint
  /** Producer epoch of its batch, -1 without idempotence. */
  readonly producerEpoch: number
  /** Its own sequence, -1 without idempotence. */
  readonly sequence: number
}
