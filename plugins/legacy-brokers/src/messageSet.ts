// A CommonJS module whose named exports Node.js cannot see.
import crc32 from 'crc-32'
import type { PlainRecord } from './plainRecord.ts'

/** A record format before v2: v0 up to Kafka 0.9, v1 (KIP-32, with timestamps) in 0.10. */
export type OldFormat = 0 | 1

/** Offset and size, which stand before each message. */
const PREFIX_BYTES = 12

/** From a message's start, after the prefix, to what its checksum covers. */
const CRC_BYTES = 4

/** Bytes of a message beside key and value, after the prefix (REC-09). */
function overhead(format: OldFormat): number {
  return format === 0 ? 14 : 22
}

/** Messages for records, with offsets from 0 on: the broker gives them their own (REC-09). */
export function messageSet(records: readonly PlainRecord[], format: OldFormat): Uint8Array {
  const set = allocate(records, format)
  let at = 0
  records.forEach((record, index) => (at = writeMessage(set, at, format, index, 0, record)))
  return new Uint8Array(set.buffer)
}

/**
 * The one message that compressed messages travel in (REC-10). It has the last one's offset and the largest timestamp.
 * What is inside counts from 0 too: relative offsets in v1, and in v0 absolute ones, of which a producer knows none.
 */
export function wrapperMessage(
  compressed: Uint8Array,
  attribute: number,
  records: readonly PlainRecord[],
  format: OldFormat,
): Uint8Array {
  const timestamp = records.reduce((largest, record) => Math.max(largest, record.timestamp), -1)
  const wrapper = { timestamp, key: null, value: compressed }
  const set = allocate([wrapper], format)
  writeMessage(set, 0, format, records.length - 1, attribute, wrapper)
  return new Uint8Array(set.buffer)
}

function allocate(records: readonly PlainRecord[], format: OldFormat): DataView<ArrayBuffer> {
  const each = PREFIX_BYTES + overhead(format)
  const bytes = records.reduce((sum, { key, value }) => sum + each + (key?.length ?? 0) + (value?.length ?? 0), 0)
  return new DataView(new ArrayBuffer(bytes))
}

function writeMessage(
  view: DataView<ArrayBuffer>,
  start: number,
  format: OldFormat,
  offset: number,
  attributes: number,
  { timestamp, key, value }: PlainRecord,
): number {
  const content = start + PREFIX_BYTES
  let at = content + CRC_BYTES
  view.setInt8(at++, format)
  view.setInt8(at++, attributes)
  if (format === 1) {
    view.setBigInt64(at, BigInt(timestamp))
    at += 8
  }
  at = writeField(view, at, key)
  at = writeField(view, at, value)
  view.setBigInt64(start, BigInt(offset))
  view.setInt32(start + 8, at - content)
  const covered = new Uint8Array(view.buffer, content + CRC_BYTES, at - content - CRC_BYTES)
  view.setInt32(content, crc32.buf(covered))
  return at
}

function writeField(view: DataView<ArrayBuffer>, at: number, bytes: Uint8Array | null): number {
  view.setInt32(at, bytes?.length ?? -1)
  if (bytes === null) return at + 4
  new Uint8Array(view.buffer).set(bytes, at + 4)
  return at + 4 + bytes.length
}
