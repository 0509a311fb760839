import { BATCH_HEADER_BYTES, BatchAttribute, BatchField, crc32c, writeBatchChecksum } from '@posthorn/protocol'

/**
 * A copy of a batch as a leader stores it: with its offset and leader epoch, which are outside the checksum, and, with
 * log append time, with that time as the largest timestamp and a new checksum.
 */
export function asStored(
  bytes: Uint8Array,
  baseOffset: bigint,
  leaderEpoch: number,
  logAppendTime: number | undefined,
): Uint8Array {
  // Not `slice`: a Buffer's would share memory.
  const stored = new Uint8Array(bytes)
  const view = new DataView(stored.buffer)
  view.setBigInt64(BatchField.baseOffset, baseOffset)
  view.setInt32(BatchField.partitionLeaderEpoch, leaderEpoch)
  if (logAppendTime !== undefined) {
    const attributes = view.getInt16(BatchField.attributes) | BatchAttribute.logAppendTime
    view.setInt16(BatchField.attributes, attributes)
    view.setBigInt64(BatchField.maxTimestamp, BigInt(logAppendTime))
    writeBatchChecksum(stored.subarray(0, BATCH_HEADER_BYTES), stored.subarray(BATCH_HEADER_BYTES), crc32c)
  }
  return stored
}
