import type { Codec } from '@posthorn/contracts'
import { type DecodedRecord, readRecords, type RecordBatchView } from '@posthorn/protocol'
import { decompress } from './decompress.ts'

/** The records of a batch, whatever its codec. Throws when they are damaged, or fewer or more than it says (REC-15). */
export function batchRecords(batch: RecordBatchView, codecs: readonly Codec[]): DecodedRecord[] {
  if (batch.codec === 0) return [...readRecords(batch)]
  return [...readRecords(batch, decompress(batch.body, batch.codec, codecs))]
}
