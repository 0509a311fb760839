import { isDeepStrictEqual } from 'node:util'
import type { DecodedRecord } from '@posthorn/protocol'
import {
  BATCH_HEADER_BYTES,
  BATCH_PREFIX_BYTES,
  BatchField,
  encodeUtf8,
  readBatches,
  readRecords,
  recordBound,
  RecordBatchView,
  writeRecord,
} from '@posthorn/protocol'
import { batchVectors } from '../../../packages/protocol/test/support/vectors.ts'
import { Violation, type Target } from '../target.ts'

interface ReadBatch {
  readonly header: RecordBatchView
  readonly records: readonly DecodedRecord[] | null
}

/** Record batches, as Fetch answers with them. The first byte of an input tells whether the last may be cut off. */
export function batchTarget(): Target {
  return {
    name: 'recordBatches',
    seeds: batchVectors().flatMap(({ bytes }) => [0, 1].map((cut) => Uint8Array.of(cut, ...Buffer.from(bytes, 'hex')))),
    codes: new Set(['MALFORMED_BATCH']),
    run: (input) => read(input.subarray(1), (input[0] ?? 0) % 2 === 1),
    check(value) {
      for (const { header, records } of value as ReadBatch[]) {
        // With the broker's time the records do not tell their own; control records and odd offsets are never ours.
        if (records === null || header.isLogAppendTime) continue
        const again = readAgain(header, records)
        if (!isDeepStrictEqual(records, again)) throw new Violation('records are others after encoding and decoding')
      }
    },
  }
}

function read(bytes: Uint8Array, mayBeCutOff: boolean): ReadBatch[] {
  const batches: ReadBatch[] = []
  for (const batch of readBatches(bytes, { mayBeCutOff })) {
    batch.isCrcValid()
    batches.push({
      header: batch,
      records: batch.codec === 0 ? [...readRecords(batch)] : null,
    })
  }
  return batches
}

function readAgain(header: ReadBatch['header'], records: readonly DecodedRecord[]): DecodedRecord[] | null {
  const encoded = records.map(({ headers, ...rest }) => ({
    ...rest,
    headers: headers.map(({ key, value }) => ({ key: encodeUtf8(key), value })),
  }))
  const bound = encoded.reduce(
    (sum, { key, value, headers }) => sum + recordBound(key?.length ?? -1, value?.length ?? -1, headers),
    BATCH_HEADER_BYTES,
  )
  const bytes = new Uint8Array(bound)
  let at = BATCH_HEADER_BYTES
  for (const { offset, timestamp, key, value, headers } of encoded) {
    const delta = timestamp - header.baseTimestamp
    const offsetDelta = Number(offset - header.baseOffset)
    // A writer takes what a producer has: offsets that grow, and times that are exact.
    if (offsetDelta < 0 || !Number.isSafeInteger(delta) || header.baseTimestamp + delta !== timestamp)
      return records.slice()
    at = writeRecord(bytes, at, offsetDelta, delta, key, value, headers)
  }
  // The size is the one thing that differs: lengths may have been written in more bytes than they need.
  bytes.set(header.bytes.subarray(0, BATCH_HEADER_BYTES))
  new DataView(bytes.buffer).setInt32(BatchField.length, at - BATCH_PREFIX_BYTES)
  return [...readRecords(new RecordBatchView(bytes.subarray(0, at)))]
}
