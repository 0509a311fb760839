import type { Checksum } from '@posthorn/contracts'

import { crc32c } from '../checksum.ts'
import { Reader } from '../primitives/reader.ts'
import { BATCH_HEADER_BYTES, BATCH_PREFIX_BYTES, BatchAttribute, BatchField, batchChecksum } from './batchHeader.ts'
import type { BatchHeaderFields } from './batchHeader.ts'

/** A record batch of format v2 in memory that belongs to somebody else. */
export class RecordBatchView implements BatchHeaderFields {
  /** The whole batch. A view, not a copy. */
  readonly bytes: Uint8Array
  /** Offset of the first record. */
  readonly baseOffset: bigint
  /** Bytes of the whole batch, header included. */
  readonly sizeInBytes: number
  /** Leader epoch that the broker wrote; -1 in what a producer sends. */
  readonly partitionLeaderEpoch: number
  /** The checksum that the batch carries, 0 to 4294967295. */
  readonly crc: number
  /** Codec, timestamp type, transactional, control: see `BatchAttribute`. */
  readonly attributes: number
  /** Offset of the last record less that of the first. */
  readonly lastOffsetDelta: number
  /** Timestamp of the first record, in ms. */
  readonly baseTimestamp: number
  /** Largest timestamp, in ms. */
  readonly maxTimestamp: number
  /** Producer id; -1 without idempotence. */
  readonly producerId: bigint
  /** Epoch of the producer id; -1 without idempotence. */
  readonly producerEpoch: number
  /** Sequence of the first record; -1 without idempotence. */
  readonly baseSequence: number
  /** Number of records. */
  readonly recordCount: number

  /**
   * Reads the header of the batch that `bytes` begins with; what follows the batch is left alone. Throws
   * `MALFORMED_BATCH` when it is cut off, of another format, or cannot be.
   */
  constructor(bytes: Uint8Array) {
    const reader = new Reader(bytes, 'Record batch', false, 'MALFORMED_BATCH')
    this.baseOffset = reader.int64()
    this.sizeInBytes = reader.int32() + BATCH_PREFIX_BYTES
    this.partitionLeaderEpoch = reader.int32()
    const magic = reader.int8()
    if (magic !== 2) throw reader.fault(`format v${magic}, which is not read,`, BatchField.magic)
    if (this.sizeInBytes < BATCH_HEADER_BYTES || this.sizeInBytes > bytes.length) {
      throw reader.fault(`a batch of ${this.sizeInBytes} bytes with ${bytes.length} there`, BatchField.length)
    }
    this.crc = reader.uint32()
    this.attributes = reader.int16()
    this.lastOffsetDelta = reader.int32()
    this.baseTimestamp = reader.int64Number()
    this.maxTimestamp = reader.int64Number()
    this.producerId = reader.int64()
    this.producerEpoch = reader.int16()
    this.baseSequence = reader.int32()
    this.recordCount = reader.int32()
    if (this.recordCount < 0) throw reader.fault(`${this.recordCount} records`, BatchField.recordCount)
    this.bytes = bytes.subarray(0, this.sizeInBytes)
  }

  /** The records, compressed as they are. A view, not a copy. */
  get body(): Uint8Array {
    return this.bytes.subarray(BATCH_HEADER_BYTES)
  }

  /** Kafka's id of the codec: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  get codec(): number {
    return this.attributes & BatchAttribute.codecMask
  }

  /** Whether timestamps are the broker's. */
  get isLogAppendTime(): boolean {
    return (this.attributes & BatchAttribute.logAppendTime) !== 0
  }

  /** Whether the batch belongs to a transaction. */
  get isTransactional(): boolean {
    return (this.attributes & BatchAttribute.transactional) !== 0
  }

  /** Whether the batch holds a commit or abort marker instead of records. */
  get isControl(): boolean {
    return (this.attributes & BatchAttribute.control) !== 0
  }

  /** Offset of the last record. */
  get lastOffset(): bigint {
    return this.baseOffset + BigInt(this.lastOffsetDelta)
  }

  /** Whether the checksum fits the content. Computed at each call. */
  isCrcValid(checksum: Checksum = crc32c): boolean {
    return batchChecksum(this.bytes, this.body, checksum) === this.crc
  }
}
