const MAGIC = 0xfd2fb528
const SKIPPABLE = 0x184d2a50
const CHECKSUM = 0x04
const SINGLE_SEGMENT = 0x20
const RLE = 1

/**
 * The frames that follow one another in `input`, as views of it, without those to be skipped: `node:zlib` would read the
 * first and leave the rest out without a word. Throws a `RangeError` for anything else between or behind them.
 */
export function framesOf(input: Uint8Array): Uint8Array[] {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  const frames: Uint8Array[] = []
  let at = 0
  do {
    const magic = view.getUint32(at, true)
    const start = at
    if ((magic & ~0xf) >>> 0 === SKIPPABLE) {
      at += 8 + view.getUint32(at + 4, true)
    } else if (magic === MAGIC) {
      at = frameEnd(view, at)
      frames.push(input.subarray(start, at))
    } else {
      throw new RangeError('no zstd frame')
    }
    if (at > input.length) throw new RangeError('the last frame is cut short')
  } while (at < input.length)
  return frames
}

/** RFC 8878, 3.1.1: header, blocks with their lengths, checksum. */
function frameEnd(view: DataView, start: number): number {
  const flags = view.getUint8(start + 4)
  const isSingle = (flags & SINGLE_SEGMENT) !== 0
  const dictionaryId = [0, 1, 2, 4][flags & 3]!
  const contentSize = [isSingle ? 1 : 0, 2, 4, 8][flags >>> 6]!
  let at = start + 5 + (isSingle ? 0 : 1) + dictionaryId + contentSize
  for (let last = false; !last;) {
    const block = view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
    last = (block & 1) === 1
    at += 3 + (((block >>> 1) & 3) === RLE ? 1 : block >>> 3)
  }
  return (flags & CHECKSUM) === 0 ? at : at + 4
}
