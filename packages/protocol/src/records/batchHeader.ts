import type { Checksum } from '@posthorn/contracts'

/** Bytes of a record batch before its records, in format v2 (KIP-98). */
export const BATCH_HEADER_BYTES = 61

/** Bytes of a batch that its length field does not count: base offset and the length itself. */
export const BATCH_PREFIX_BYTES = 12

/** Where the fields of a batch header begin, in bytes from the start of the batch. All are big-endian. */
export const BatchField = {
  baseOffset: 0,
  length: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const

/** Bits of a batch's attributes. */
export const BatchAttribute = {
  /** The codec: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  codecMask: 0x07,
  /** Timestamps are the broker's (`LogAppendTime`), not the producer's. */
  logAppendTime: 0x08,
  /** The batch belongs to a transaction. */
  transactional: 0x10,
  /** The batch holds a commit or abort marker. */
  control: 0x20,
  /** The base timestamp is the time at which tombstones may go (KIP-534). */
  deleteHorizon: 0x40,
} as const

/** What a batch header holds besides magic and checksum. */
export interface BatchHeaderFields {
  /** Offset of the first record; 0 in what a producer sends. */
  readonly baseOffset: bigint
  /** Bytes of the whole batch, header included, records as they are sent. */
  readonly sizeInBytes: number
  /** Set by brokers; -1 in what a producer sends. Outside the checksum. */
  readonly partitionLeaderEpoch: number
  /** {@link BatchAttribute}s. */
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
}

/** Writes everything of a batch header but the checksum to the first 61 bytes of `view`. */
export function writeBatchHeader(view: DataView, header: BatchHeaderFields): void {
  view.setBigInt64(BatchField.baseOffset, header.baseOffset)
  view.setInt32(BatchField.length, header.sizeInBytes - BATCH_PREFIX_BYTES)
  view.setInt32(BatchField.partitionLeaderEpoch, header.partitionLeaderEpoch)
  view.setInt8(BatchField.magic, 2)
  view.setInt16(BatchField.attributes, header.attributes)
  view.setInt32(BatchField.lastOffsetDelta, header.lastOffsetDelta)
  setInt64(view, BatchField.baseTimestamp, header.baseTimestamp)
  setInt64(view, BatchField.maxTimestamp, header.maxTimestamp)
  view.setBigInt64(BatchField.producerId, header.producerId)
  view.setInt16(BatchField.producerEpoch, header.producerEpoch)
  view.setInt32(BatchField.baseSequence, header.baseSequence)
  view.setInt32(BatchField.recordCount, header.recordCount)
}

/**
 * Computes the checksum of a batch and writes it into `header`, the batch's first 61 bytes (more are left out of
 * account). `body` is what follows them, as it is sent. Returns the checksum, 0 to 4294967295.
 */
export function writeBatchChecksum(header: Uint8Array, body: Uint8Array, checksum: Checksum): number {
  const crc = batchChecksum(header, body, checksum)
  header[BatchField.crc] = crc >>> 24
  header[BatchField.crc + 1] = crc >>> 16
  header[BatchField.crc + 2] = crc >>> 8
  header[BatchField.crc + 3] = crc
  return crc
}

/** The checksum that the batch should have: CRC-32C from the attributes to the end. 0 to 4294967295. */
export function batchChecksum(header: Uint8Array, body: Uint8Array, checksum: Checksum): number {
  const ofHeader = checksum.crc32c(header.subarray(BatchField.attributes, BATCH_HEADER_BYTES))
  return checksum.crc32c(body, ofHeader) >>> 0
}

function setInt64(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / 0x100000000))
  view.setUint32(at + 4, value >>> 0)
}
