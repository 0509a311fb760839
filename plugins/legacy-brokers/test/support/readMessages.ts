import { crc32, gunzipSync } from 'node:zlib'

/** A message as it was found. Offsets as they stand in the bytes. */
export interface FoundMessage {
  readonly offset: number
  readonly format: number
  readonly codec: number
  readonly timestamp: number | null
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/**
 * The messages of a set of format v0 or v1, checksums verified by `node:zlib`. Written for the tests from Kafka's
 * documentation, and shares nothing with what it reads.
 */
export function readMessages(bytes: Uint8Array): FoundMessage[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: FoundMessage[] = []
  for (let at = 0; at < buffer.length;) {
    const offset = Number(buffer.readBigInt64BE(at))
    const end = at + 12 + buffer.readInt32BE(at + 8)
    if (end > buffer.length) throw new Error(`a message at ${at} ends at ${end} of ${buffer.length}`)
    if (crc32(buffer.subarray(at + 16, end)) !== buffer.readUInt32BE(at + 12))
      throw new Error(`wrong checksum at ${at}`)
    const format = buffer.readInt8(at + 16)
    const attributes = buffer.readInt8(at + 17)
    let field = at + 18
    const timestamp = format === 1 ? Number(buffer.readBigInt64BE(field)) : null
    if (format === 1) field += 8
    const next = (): Buffer | null => {
      const length = buffer.readInt32BE(field)
      const start = field + 4
      field = start + Math.max(0, length)
      return length < 0 ? null : buffer.subarray(start, field)
    }
    const message = { offset, format, codec: attributes, timestamp, key: next(), value: next() }
    if (field !== end) throw new Error(`a message at ${at} has ${end - field} bytes too many`)
    found.push(message)
    at = end
  }
  return found
}

/** What is in a set, and in the gzip wrapper that it may consist of. */
export function openWrapper(bytes: Uint8Array): { wrapper: FoundMessage | null; messages: FoundMessage[] } {
  const outer = readMessages(bytes)
  const [wrapper] = outer
  if (outer.length !== 1 || wrapper?.codec !== 1 || wrapper.value === null) return { wrapper: null, messages: outer }
  return { wrapper, messages: readMessages(gunzipSync(wrapper.value)) }
}
