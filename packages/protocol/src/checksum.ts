import type { Checksum } from '@posthorn/contracts'
// A CommonJS module whose named exports Node.js cannot see.
import crc from 'crc-32/crc32c.js'

/** CRC-32C in plain JavaScript by the package `crc-32`: the checksum that is used when no other is given. */
export const crc32c: Checksum = {
  crc32c(bytes, seed) {
    return crc.buf(bytes, seed)
  },
}
