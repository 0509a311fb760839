import {
  BATCH_HEADER_BYTES,
  BatchAttribute,
  crc32c,
  recordBound,
  writeBatchChecksum,
  writeBatchHeader,
  writeRecord,
} from '@posthorn/protocol'

/** What ends a transaction in a partition. */
export interface EndMarker {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly commit: boolean
}

/** Where and when a marker is written. */
export interface MarkerPlace {
  readonly baseOffset: bigint
  readonly leaderEpoch: number
  readonly timestamp: number
  /** Of the coordinator that ends the transaction. */
  readonly coordinatorEpoch: number
}

const abortType = 0
const commitType = 1
const keyBytes = 4
const valueBytes = 6

/** The control batch of a marker, as brokers write it: one record with version and type, version and coordinator epoch. */
export function encodeEndMarker({ producerId, producerEpoch, commit }: EndMarker, place: MarkerPlace): Uint8Array {
  const key = new Uint8Array(keyBytes)
  new DataView(key.buffer).setInt16(2, commit ? commitType : abortType)
  const value = new Uint8Array(valueBytes)
  new DataView(value.buffer).setInt32(2, place.coordinatorEpoch)
  const memory = new Uint8Array(BATCH_HEADER_BYTES + recordBound(keyBytes, valueBytes, []))
  const sizeInBytes = writeRecord(memory, BATCH_HEADER_BYTES, 0, 0, key, value, [])
  const bytes = memory.slice(0, sizeInBytes)
  writeBatchHeader(new DataView(bytes.buffer), {
    baseOffset: place.baseOffset,
    sizeInBytes,
    partitionLeaderEpoch: place.leaderEpoch,
    attributes: BatchAttribute.transactional | BatchAttribute.control,
    lastOffsetDelta: 0,
    baseTimestamp: place.timestamp,
    maxTimestamp: place.timestamp,
    producerId,
    producerEpoch,
    baseSequence: -1,
    recordCount: 1,
  })
  writeBatchChecksum(bytes.subarray(0, BATCH_HEADER_BYTES), bytes.subarray(BATCH_HEADER_BYTES), crc32c)
  return bytes
}
