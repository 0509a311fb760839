import { ProtocolError } from '@posthorn/contracts'

import { Reader } from '../primitives/reader.ts'
import { BATCH_PREFIX_BYTES, BatchField } from './batchHeader.ts'
import { RecordBatchView } from './recordBatch.ts'

/** A record that was read from a batch. */
export interface DecodedRecord {
  /** Its offset. */
  readonly offset: bigint
  /** Its timestamp in ms; the batch's largest when the broker set it. */
  readonly timestamp: number
  /** The key. A view, not a copy. */
  readonly key: Uint8Array | null
  /** The value. A view, not a copy. */
  readonly value: Uint8Array | null
  /** The headers, in order. */
  readonly headers: readonly DecodedHeader[]
}

/** A header of a {@link DecodedRecord}. */
export interface DecodedHeader {
  /** The key. */
  readonly key: string
  /** The value. A view, not a copy. */
  readonly value: Uint8Array | null
}

/** How {@link readBatches} treats what it finds. */
export interface ReadBatchesOptions {
  /** True when the last batch may be cut off, as in an answer to Fetch; it is then left out. Default false. */
  readonly mayBeCutOff?: boolean
}

/** Least bytes of a record: seven fields of one byte. */
const minimumRecordBytes = 7

/** Least bytes of a header: the lengths of its key and value. */
const minimumHeaderBytes = 2

/**
 * The record batches that `bytes` consists of, read one by one as they are asked for; their memory is that of `bytes`.
 * Throws `MALFORMED_BATCH` at the first that is damaged. Checksums are left to `RecordBatchView.isCrcValid`.
 */
export function* readBatches(bytes: Uint8Array, options: ReadBatchesOptions = {}): Generator<RecordBatchView, void> {
  for (let at = 0; at < bytes.length;) {
    const rest = bytes.subarray(at)
    if (options.mayBeCutOff === true && isCutOff(rest)) return
    const batch = new RecordBatchView(rest)
    yield batch
    at += batch.sizeInBytes
  }
}

/**
 * The records of a batch, read one by one as they are asked for. `body` is the decompressed body of a batch that is
 * compressed, and not needed for another. Throws `MALFORMED_BATCH` when records and their count do not fit the bytes.
 */
export function* readRecords(batch: RecordBatchView, body?: Uint8Array): Generator<DecodedRecord, void> {
  if (batch.codec !== 0 && body === undefined) {
    throw new ProtocolError(
      'MALFORMED_BATCH',
      `Record batch: compressed with codec ${batch.codec}, read as if it were not`,
    )
  }
  const reader = new Reader(body ?? batch.body, 'Records of a batch', false, 'MALFORMED_BATCH')
  if (batch.recordCount > reader.remaining / minimumRecordBytes) {
    throw reader.fault(`${batch.recordCount} records with ${reader.remaining} bytes left`)
  }
  for (let i = 0; i < batch.recordCount; i++) {
    const length = reader.varint()
    yield reader.limited(length, () => readRecord(reader, batch))
  }
  reader.finish()
}

function isCutOff(bytes: Uint8Array): boolean {
  if (bytes.length < BATCH_PREFIX_BYTES) return true
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.getInt32(BatchField.length) + BATCH_PREFIX_BYTES > bytes.length
}

function readRecord(reader: Reader, batch: RecordBatchView): DecodedRecord {
  reader.int8()
  const timestampDelta = reader.varlong()
  const offsetDelta = reader.varint()
  const key = readField(reader)
  const value = readField(reader)
  return {
    offset: batch.baseOffset + BigInt(offsetDelta),
    timestamp: batch.isLogAppendTime ? batch.maxTimestamp : batch.baseTimestamp + timestampDelta,
    key,
    value,
    headers: readHeaders(reader),
  }
}

function readHeaders(reader: Reader): DecodedHeader[] {
  const at = reader.offset
  const count = reader.varint()
  if (count < 0 || count > reader.remaining / minimumHeaderBytes) {
    throw reader.fault(`${count} headers with ${reader.remaining} bytes left`, at)
  }
  const headers: DecodedHeader[] = []
  for (let i = 0; i < count; i++) {
    headers.push({ key: reader.text(reader.varint()), value: readField(reader) })
  }
  return headers
}

function readField(reader: Reader): Uint8Array | null {
  const length = reader.varint()
  return length === -1 ? null : reader.raw(length)
}
