import { createRequire } from 'node:module'
import type { ForeignCodec } from '@posthorn/testkit/conformance'

interface Lz4js {
  compress(bytes: Uint8Array): Uint8Array
  decompress(frame: Uint8Array): Uint8Array
}

const require = createRequire(import.meta.url)
const { compress, decompress } = require('lz4js') as Lz4js

/** The format by another hand: `lz4js`, which has no code in common with `lz4-napi`. It marks its blocks as linked. */
export const foreign: ForeignCodec = { read: decompress, write: compress }
