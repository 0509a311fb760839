import type { BlockCompressor } from './blockCompressor.ts'

/** What the Java client puts in a block. */
const BLOCK_BYTES = 65_536

/** Magic, version 1 with independent blocks and no checksums, blocks of 64 KiB, and the header's own checksum. */
const HEADER = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82)

/** Before each block: how long it is. Behind the last one: zero. */
const LENGTH_BYTES = 4

/** The highest bit of a length: the block is stored as it is. */
const STORED = 0x80

/** Makes an LZ4 frame of `input`, in `room` where it fits. What `compressBlock` answers is read before it is called again. */
export function writeFrame(input: Uint8Array, compressBlock: BlockCompressor, room?: Uint8Array): Uint8Array {
  const pieces: { readonly bytes: Uint8Array; readonly isStored: boolean }[] = []
  const isOnly = input.length <= BLOCK_BYTES
  let length = HEADER.length + LENGTH_BYTES
  for (let at = 0; at < input.length; at += BLOCK_BYTES) {
    const content = input.subarray(at, at + BLOCK_BYTES)
    const block = compressBlock(content)
    const isStored = block.length >= content.length
    const bytes = isStored ? content : isOnly ? block : block.slice()
    pieces.push({ bytes, isStored })
    length += LENGTH_BYTES + bytes.length
  }
  const fits = room !== undefined && length <= room.length
  const frame = fits ? room.subarray(0, length) : new Uint8Array(length)
  const view = new DataView(frame.buffer, frame.byteOffset, length)
  frame.set(HEADER)
  let at = HEADER.length
  for (const { bytes, isStored } of pieces) {
    view.setUint32(at, bytes.length, true)
    if (isStored) frame[at + 3]! |= STORED
    frame.set(bytes, at + LENGTH_BYTES)
    at += LENGTH_BYTES + bytes.length
  }
  // The end mark.
  view.setUint32(at, 0, true)
  return frame
}
