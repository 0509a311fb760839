import { createRequire } from 'node:module'
import type { ForeignCodec } from '@posthorn/testkit/conformance'

interface NativeSnappy {
  compressSync(bytes: Uint8Array): Uint8Array
  uncompressSync(block: Uint8Array): Uint8Array
}

const require = createRequire(import.meta.url)
const native = require('snappy') as NativeSnappy

const header = Buffer.from('82534e41505059000000000100000001', 'hex')

/** The format by another hand: `snappy` (native code), in the framing of the Java client. */
export const foreign: ForeignCodec = {
  read(stream) {
    const bytes = Buffer.from(stream)
    if (!bytes.subarray(0, 16).equals(header)) throw new Error('not the header that the Java client writes')
    const contents: Uint8Array[] = []
    for (let at = 16; at < bytes.length; at += 4 + bytes.readInt32BE(at)) {
      contents.push(native.uncompressSync(bytes.subarray(at + 4, at + 4 + bytes.readInt32BE(at))))
    }
    return Buffer.concat(contents)
  },
  write(content) {
    const parts: Uint8Array[] = [header]
    for (let at = 0; at < content.length; at += 32_768) {
      const block = native.compressSync(Buffer.from(content.subarray(at, at + 32_768)))
      const length = Buffer.alloc(4)
      length.writeInt32BE(block.length)
      parts.push(length, block)
    }
    return Buffer.concat(parts)
  },
}

/** A block without any framing, as librdkafka writes it. */
export function bareBlock(content: Uint8Array): Uint8Array {
  return native.compressSync(Buffer.from(content))
}
