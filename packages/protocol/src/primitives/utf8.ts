/**
 * UTF-8 for short strings such as topic names and header keys, without the garbage that `TextEncoder` makes. A lone
 * surrogate becomes U+FFFD, as with `TextEncoder`.
 */
const encoder = new TextEncoder()

/** Encodes a string of any length: as Node does it where there is a Node, as every platform does it elsewhere. */
const encodeAny: (text: string) => Uint8Array = platformEncoder(globalThis)

/** Above this many UTF-16 units the platform's encoder is faster in spite of the view that it needs. */
const longString = 96

/** V8 keeps the bytes of a `Uint8Array` beside it up to this many: one is made then several times as fast. */
const inlineBytes = 64

/** Bytes of `text` in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    bytes += unit < 0x800 ? 1 : 2
    // A pair is 4 bytes for its 2 units: 2 more, which its first unit has already brought.
    if (isPair(text, i, unit)) i++
  }
  return bytes
}

/**
 * Writes `text` as UTF-8 at `at`; returns the offset after it. There must be room for {@link utf8Length} bytes; `into`
 * is not checked.
 */
export function writeUtf8(into: Uint8Array, at: number, text: string): number {
  if (text.length > longString) return at + encoder.encodeInto(text, into.subarray(at)).written
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) {
      into[at++] = unit
    } else if (unit < 0x800) {
      into[at++] = 0xc0 | (unit >> 6)
      into[at++] = 0x80 | (unit & 0x3f)
    } else if (isPair(text, i, unit)) {
      const point = 0x10000 + ((unit & 0x3ff) << 10) + (text.charCodeAt(++i) & 0x3ff)
      into[at++] = 0xf0 | (point >> 18)
      into[at++] = 0x80 | ((point >> 12) & 0x3f)
      into[at++] = 0x80 | ((point >> 6) & 0x3f)
      into[at++] = 0x80 | (point & 0x3f)
    } else {
      const point = unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit
      into[at++] = 0xe0 | (point >> 12)
      into[at++] = 0x80 | ((point >> 6) & 0x3f)
      into[at++] = 0x80 | (point & 0x3f)
    }
  }
  return at
}

/** The UTF-8 bytes of `text`, in memory that nobody else writes to: a view of a larger piece, on Node mostly. */
export function encodeUtf8(text: string): Uint8Array {
  const { length } = text
  if (length > inlineBytes) return encodeAny(text)
  // Keys and headers are mostly short and ASCII.
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x80) return encodeAny(text)
    bytes[i] = unit
  }
  return bytes
}

/** What of a platform matters here: Node has it, and who imitates Node. */
interface Host {
  readonly Buffer?: { from(text: string): Uint8Array }
}

/** `Buffer.from` takes a half to a quarter of the time of `TextEncoder` up to some KiB, and no more above. */
export function platformEncoder({ Buffer }: Host): (text: string) => Uint8Array {
  if (Buffer === undefined) return (text) => encoder.encode(text)
  return (text) => {
    const { buffer, byteOffset, length } = Buffer.from(text)
    // Whoever gets a `Uint8Array` may take its `slice` for a copy, which that of `Buffer` is not.
    return new Uint8Array(buffer, byteOffset, length)
  }
}

function isPair(text: string, at: number, unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00
}
