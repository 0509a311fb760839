import crc from 'crc-32'

/** CRC-32 (IEEE 802.3, as in gzip) by the package `crc-32`, as a signed integer. Reads `bytes` during the call only. */
export function crc32(bytes: Uint8Array): number {
  return crc.buf(bytes)
}
