import { blockContent } from './block.ts'

/**
 * What the Java client's stream begins with: a byte that is not text, `SNAPPY`, zero, version 1, and the lowest version
 * that reads it.
 */
const HEADER = Uint8Array.of(0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00, 0, 0, 0, 1, 0, 0, 0, 1)
const MAGIC_BYTES = 8

/** Bytes before compression of every block but the last, as the Java client's stream has it. */
export const BLOCK_BYTES = 32_768

/** A stream of blocks, each preceded by its length. */
export function frame(blocks: readonly Uint8Array[]): Uint8Array {
  const stream = new Uint8Array(blocks.reduce((sum, { length }) => sum + 4 + length, HEADER.length))
  const view = new DataView(stream.buffer)
  stream.set(HEADER)
  let at = HEADER.length
  for (const block of blocks) {
    view.setUint32(at, block.length)
    stream.set(block, at + 4)
    at += 4 + block.length
  }
  return stream
}

/** Views of the blocks in `input`, and how long their contents are together. */
export interface Blocks {
  readonly blocks: readonly Uint8Array[]
  readonly content: number
}

/**
 * The blocks of one or more streams, or of `input` itself when it does not begin like one: that is how others write.
 * Throws a `RangeError` for damage; stops with `content` above `maxBytes` as soon as that is certain.
 */
export function blocksOf(input: Uint8Array, maxBytes: number): Blocks {
  if (!startsStream(input, 0)) return { blocks: [input], content: blockContent(input) }
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  const blocks: Uint8Array[] = []
  let content = 0
  let at = 0
  while (at < input.length && content <= maxBytes) {
    if (startsStream(input, at)) {
      at += HEADER.length
      if (at > input.length) throw new RangeError('a header is cut short')
      continue
    }
    const end = at + 4 + view.getUint32(at)
    if (end > input.length) throw new RangeError('the last block is cut short')
    const block = input.subarray(at + 4, end)
    blocks.push(block)
    content += blockContent(block)
    at = end
  }
  return { blocks, content }
}

function startsStream(input: Uint8Array, at: number): boolean {
  for (let i = 0; i < MAGIC_BYTES; i++) if (input[at + i] !== HEADER[i]) return false
  return true
}
