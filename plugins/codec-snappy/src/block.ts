/**
 * What the elements of a raw Snappy block become, in bytes, without making them. Throws a `RangeError` when that is not
 * the length that the block begins with, which the library takes on trust: it would give zeros for what is missing.
 */
export function blockContent(block: Uint8Array): number {
  const [stated, start] = statedLength(block)
  let content = 0
  let at = start
  while (at < block.length && content <= stated) {
    const tag = block[at++]!
    const kind = tag & 3
    if (kind === 0) {
      const [length, next] = literal(block, tag, at)
      content += length
      at = next + length
    } else {
      content += kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
      at += kind === 3 ? 4 : kind
    }
  }
  if (at !== block.length || content !== stated) throw new RangeError(`a block is not the ${stated} bytes that it says`)
  return stated
}

/** The varint at a block's beginning, and where it ends. */
function statedLength(block: Uint8Array): [length: number, end: number] {
  let length = 0
  for (let at = 0; at < 5 && at < block.length; at++) {
    const byte = block[at]!
    length += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return [length, at + 1]
  }
  throw new RangeError('a block without its length')
}

/** Length of a literal, and where its bytes begin; 60 to 63 in the tag stand for one to four bytes of length. */
function literal(block: Uint8Array, tag: number, at: number): [length: number, start: number] {
  const short = tag >>> 2
  if (short < 60) return [short + 1, at]
  let length = 1
  for (let i = 0; i < short - 59; i++) length += (block[at + i] ?? 0) * 2 ** (8 * i)
  return [length, at + short - 59]
}
