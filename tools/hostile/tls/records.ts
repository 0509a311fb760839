/** A record of TLS, as it travels: type, version, length, body. */
export interface TlsRecord {
  readonly type: number
  readonly version: number
  readonly body: Buffer
}

/** The whole records at the beginning of some bytes, and what follows them. */
export function recordsIn(bytes: Buffer): { records: TlsRecord[]; rest: Buffer } {
  const records: TlsRecord[] = []
  let at = 0
  while (at + 5 <= bytes.length && at + 5 + bytes.readUInt16BE(at + 3) <= bytes.length) {
    const end = at + 5 + bytes.readUInt16BE(at + 3)
    records.push({ type: bytes[at]!, version: bytes.readUInt16BE(at + 1), body: bytes.subarray(at + 5, end) })
    at = end
  }
  return { records, rest: bytes.subarray(at) }
}

/** Records as bytes; `length` is what the header claims, if not the truth. */
export function bytesOf({ type, version, body }: TlsRecord, length: number = body.length): Buffer {
  const header = Buffer.alloc(5)
  header[0] = type
  header.writeUInt16BE(version, 1)
  header.writeUInt16BE(length, 3)
  return Buffer.concat([header, body])
}
