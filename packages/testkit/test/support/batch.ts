import {
  BATCH_HEADER_BYTES,
  type BatchHeaderFields,
  crc32c,
  encodeUtf8,
  recordBound,
  writeBatchChecksum,
  writeBatchHeader,
  writeRecord,
} from '@posthorn/protocol'

/** A record to put in a batch; a string stands for a value alone. */
export type TestRecord =
  | string
  | {
      readonly key?: string | null
      readonly value?: string | null
      readonly timestamp?: number
      readonly offsetDelta?: number
      readonly headers?: readonly (readonly [string, string | null])[]
    }

export interface BatchOptions extends Partial<BatchHeaderFields> {
  /** Compresses the records. */
  readonly compress?: (records: Uint8Array) => Uint8Array
}

export const baseTime = 1_700_000_000_000

/** A record batch as a producer sends it; header fields can be made wrong. */
export function batch(records: readonly TestRecord[], options: BatchOptions = {}): Uint8Array {
  const full = records.map((record) => (typeof record === 'string' ? { value: record } : record))
  const timestamps = full.map((record) => record.timestamp ?? baseTime)
  const body = bodyOf(full, timestamps, options.baseTimestamp ?? timestamps[0] ?? baseTime)
  const sent = options.compress?.(body) ?? body
  const bytes = new Uint8Array(BATCH_HEADER_BYTES + sent.length)
  bytes.set(sent, BATCH_HEADER_BYTES)
  writeBatchHeader(new DataView(bytes.buffer), {
    baseOffset: 0n,
    sizeInBytes: bytes.length,
    partitionLeaderEpoch: -1,
    attributes: 0,
    lastOffsetDelta: records.length - 1,
    baseTimestamp: timestamps[0] ?? baseTime,
    maxTimestamp: Math.max(...timestamps, 0),
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    recordCount: records.length,
    ...options,
  })
  writeBatchChecksum(bytes.subarray(0, BATCH_HEADER_BYTES), bytes.subarray(BATCH_HEADER_BYTES), crc32c)
  return bytes
}

function bodyOf(records: readonly Exclude<TestRecord, string>[], times: readonly number[], base: number): Uint8Array {
  const pieces = records.map((record, i) => {
    const key = record.key === undefined || record.key === null ? null : encodeUtf8(record.key)
    const value = record.value === undefined || record.value === null ? null : encodeUtf8(record.value)
    const headers = (record.headers ?? []).map(([name, text]) => ({
      key: encodeUtf8(name),
      value: text === null ? null : encodeUtf8(text),
    }))
    const bytes = new Uint8Array(recordBound(key?.length ?? -1, value?.length ?? -1, headers))
    return bytes.subarray(0, writeRecord(bytes, 0, record.offsetDelta ?? i, times[i]! - base, key, value, headers))
  })
  return Buffer.concat(pieces)
}
