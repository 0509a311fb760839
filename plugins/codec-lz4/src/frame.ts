const MAGIC = 0x184d2204
const CONTENT_CHECKSUM = 0x04
const CONTENT_SIZE = 0x08
const BLOCK_CHECKSUM = 0x10
const DICTIONARY = 0x01
const STORED = 0x80000000

/** How long a frame is, and what is in it. */
export interface FrameLengths {
  /** Bytes of the frame, up to the end of its last checksum. */
  readonly frame: number
  /** Bytes of its content. */
  readonly content: number
}

/**
 * Walks over an LZ4 frame without decompressing it, since the library would take whatever room the frame asks for.
 * Stops with `content` above `maxBytes` as soon as that is certain. Throws a `RangeError` for what is no frame, or not a
 * whole one; checksums and offsets are left to the library.
 */
export function measureFrame(input: Uint8Array, maxBytes: number): FrameLengths {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('no LZ4 frame')
  const flags = view.getUint8(4)
  if ((flags & DICTIONARY) !== 0) throw new RangeError('a frame that needs a dictionary')
  const blockChecksum = (flags & BLOCK_CHECKSUM) === 0 ? 0 : 4
  let at = (flags & CONTENT_SIZE) === 0 ? 7 : 15
  let content = 0
  for (;;) {
    const size = view.getUint32(at, true)
    at += 4
    if (size === 0) break
    const end = at + (size & ~STORED)
    if (end > input.length) throw new RangeError('the last block is cut short')
    content += (size & STORED) === 0 ? blockContent(input, at, end, maxBytes - content) : end - at
    at = end + blockChecksum
    if (content > maxBytes) return { frame: at, content }
  }
  if ((flags & CONTENT_CHECKSUM) !== 0) at += 4
  if (at > input.length) throw new RangeError('the checksum is cut short')
  return { frame: at, content }
}

/** What the sequences of a compressed block become: literals, and matches of at least four bytes. */
function blockContent(input: Uint8Array, start: number, end: number, maxBytes: number): number {
  let at = start
  let content = 0
  while (at < end && content <= maxBytes) {
    const token = input[at++]!
    let literals = token >>> 4
    if (literals === 15) {
      let more: number
      do {
        more = at < end ? input[at++]! : 0
        literals += more
      } while (more === 255)
    }
    at += literals
    content += literals
    // The last sequence has no match.
    if (at >= end) break
    at += 2
    let match = (token & 15) + 4
    if (match === 19) {
      let more: number
      do {
        more = at < end ? input[at++]! : 0
        match += more
      } while (more === 255)
    }
    content += match
  }
  if (at > end) throw new RangeError('a sequence is cut short')
  return content
}
