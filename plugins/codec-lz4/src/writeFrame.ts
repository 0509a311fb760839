/** What the Java client puts in a block. */
const BLOCK_BYTES = 65_536

/** Magic, version 1 with independent blocks and no checksums, blocks of 64 KiB, and the header's own checksum. */
const HEADER = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82)

/** Before each block: how long it is. Behind the last one: zero. */
const LENGTH_BYTES = 4

/** The highest bit of a length: the block is stored as it is. */
const STORED = 0x80

/**
 * Makes an LZ4 frame of `input`. `compressBlock` makes four bytes and a block. The library's own way to make a frame
 * takes 1.7 to 2.6 times the CPU of its blocks: 1.7 instead of 1.0 µs for a record of 1 KiB.
 */
export function writeFrame(input: Uint8Array, compressBlock: (content: Uint8Array) => Uint8Array): Uint8Array {
  const pieces: { readonly bytes: Uint8Array; readonly isStored: boolean }[] = []
  let length = HEADER.length + LENGTH_BYTES
  for (let at = 0; at < input.length; at += BLOCK_BYTES) {
    const content = input.subarray(at, at + BLOCK_BYTES)
    const block = compressBlock(content)
    const isStored = block.length - LENGTH_BYTES >= content.length
    const bytes = isStored ? content : block.subarray(LENGTH_BYTES)
    pieces.push({ bytes, isStored })
    length += LENGTH_BYTES + bytes.length
  }
  const frame = new Uint8Array(length)
  const view = new DataView(frame.buffer)
  frame.set(HEADER)
  let at = HEADER.length
  for (const { bytes, isStored } of pieces) {
    view.setUint32(at, bytes.length, true)
    if (isStored) frame[at + 3]! |= STORED
    frame.set(bytes, at + LENGTH_BYTES)
    at += LENGTH_BYTES + bytes.length
  }
  return frame
}
