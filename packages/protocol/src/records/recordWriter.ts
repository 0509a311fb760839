import { varlongSize, writeUnsignedVarint, writeVarlong } from '../primitives/varint.ts'

/** A header of a record as bytes. */
export interface EncodedHeader {
  /** The key in UTF-8. */
  readonly key: Uint8Array
  /** The value. */
  readonly value: Uint8Array | null
}

/** Most bytes of a record's length, attributes, timestamp and offset. */
const recordOverheadBound = 21

/** Below this length a loop is cheaper than `Uint8Array.prototype.set`. */
const shortCopy = 24

/**
 * Most bytes that a record takes in a batch, whatever its timestamp and offset; `keyBytes` and `valueBytes` are -1 for
 * null. With {@link BATCH_HEADER_BYTES} it is what Kafka compares with `max.request.size`.
 */
export function recordBound(keyBytes: number, valueBytes: number, headers: readonly EncodedHeader[]): number {
  return recordOverheadBound + fieldSize(keyBytes) + fieldSize(valueBytes) + headersSize(headers)
}

/** Exact bytes of a record, its length included; `keyBytes` and `valueBytes` are -1 for null. */
export function recordSize(
  offsetDelta: number,
  timestampDelta: number,
  keyBytes: number,
  valueBytes: number,
  headers: readonly EncodedHeader[],
): number {
  const body =
    1 +
    varlongSize(timestampDelta) +
    lengthSize(offsetDelta) +
    fieldSize(keyBytes) +
    fieldSize(valueBytes) +
    headersSize(headers)
  return body + lengthSize(body)
}

/**
 * Writes a record of format v2 at `at` and returns the offset after it. There must be room for {@link recordBound}
 * bytes; `buffer` is not checked. `offsetDelta` is 0 to 2147483647, `timestampDelta` a safe integer in ms, negative
 * for a record that is older than the batch's first. Everything is copied.
 */
export function writeRecord(
  buffer: Uint8Array,
  at: number,
  offsetDelta: number,
  timestampDelta: number,
  key: Uint8Array | null,
  value: Uint8Array | null,
  headers: readonly EncodedHeader[],
): number {
  const keyBytes = key === null ? -1 : key.length
  const valueBytes = value === null ? -1 : value.length
  // Records mostly come in the order of their time, and a batch spans less than the 12 days of 2 ** 30 ms.
  const later = timestampDelta >= 0 && timestampDelta < 0x40000000
  const body =
    1 +
    (later ? lengthSize(timestampDelta) : varlongSize(timestampDelta)) +
    lengthSize(offsetDelta) +
    fieldSize(keyBytes) +
    fieldSize(valueBytes) +
    (headers.length === 0 ? 1 : headersSize(headers))
  at = writeLength(buffer, at, body)
  buffer[at++] = 0
  at = later ? writeLength(buffer, at, timestampDelta) : writeVarlong(buffer, at, timestampDelta)
  at = writeLength(buffer, at, offsetDelta)
  at = writeField(buffer, at, key, keyBytes)
  at = writeField(buffer, at, value, valueBytes)
  if (headers.length === 0) {
    buffer[at] = 0
    return at + 1
  }
  at = writeLength(buffer, at, headers.length)
  // An index, because an iterator is made anew for each record.
  for (let i = 0; i < headers.length; i++) {
    const header = headers[i]!
    at = writeField(buffer, at, header.key, header.key.length)
    at = writeField(buffer, at, header.value, header.value === null ? -1 : header.value.length)
  }
  return at
}

/** Bytes of a zig-zag varint that is not negative. */
function lengthSize(value: number): number {
  if (value < 0x40) return 1
  if (value < 0x2000) return 2
  if (value < 0x100000) return 3
  return value < 0x8000000 ? 4 : 5
}

/** Bytes of a nullable field with its length. */
function fieldSize(bytes: number): number {
  return bytes < 0 ? 1 : lengthSize(bytes) + bytes
}

function headersSize(headers: readonly EncodedHeader[]): number {
  let size = lengthSize(headers.length)
  for (let i = 0; i < headers.length; i++) {
    const { key, value } = headers[i]!
    size += fieldSize(key.length) + fieldSize(value === null ? -1 : value.length)
  }
  return size
}

function writeField(buffer: Uint8Array, at: number, bytes: Uint8Array | null, length: number): number {
  if (bytes === null) {
    buffer[at] = 1
    return at + 1
  }
  at = writeLength(buffer, at, length)
  if (length > shortCopy) buffer.set(bytes, at)
  else for (let i = 0; i < length; i++) buffer[at + i] = bytes[i]!
  return at + length
}

/** Writes a zig-zag varint that is not negative. Nearly all have one byte or two. */
function writeLength(buffer: Uint8Array, at: number, value: number): number {
  if (value < 0x40) {
    buffer[at] = value << 1
    return at + 1
  }
  if (value < 0x2000) {
    buffer[at] = ((value << 1) & 0x7f) | 0x80
    buffer[at + 1] = value >>> 6
    return at + 2
  }
  return writeUnsignedVarint(buffer, at, value << 1)
}
