import type { AppendedRecords } from '@posthorn/contracts'
import { Reader } from '@posthorn/protocol'

/** What a message of the old formats can hold of a record. Key and value are views of the batch's memory. */
export interface PlainRecord {
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}

/** The records of a batch without their headers, and how many of them have any. */
export function readPlainRecords(batch: AppendedRecords): { records: PlainRecord[]; withHeaders: number } {
  const reader = new Reader(batch.records, 'Records of a batch', false, 'MALFORMED_BATCH')
  const records: PlainRecord[] = []
  let withHeaders = 0
  for (let i = 0; i < batch.recordCount; i++) {
    const end = reader.varint() + reader.offset
    reader.int8()
    const timestamp = batch.baseTimestamp + reader.varlong()
    reader.varint()
    records.push({ timestamp, key: readField(reader), value: readField(reader) })
    if (reader.varint() > 0) withHeaders++
    reader.raw(end - reader.offset)
  }
  reader.finish()
  return { records, withHeaders }
}

function readField(reader: Reader): Uint8Array | null {
  const length = reader.varint()
  return length === -1 ? null : reader.raw(length)
}
