/** Character sets by Java's names for them. */
export type StringEncoding = 'UTF-8' | 'UTF-16BE' | 'UTF-16LE' | 'ISO-8859-1' | 'US-ASCII'

/** How each encoding writes a text; UTF-8 is left to the producer. */
export const encodings: Readonly<Record<StringEncoding, (text: string) => Uint8Array | string>> = {
  'UTF-8': (text) => text,
  'UTF-16BE': (text) => utf16(text, false),
  'UTF-16LE': (text) => utf16(text, true),
  'ISO-8859-1': (text) => singleBytes(text, 0xff),
  'US-ASCII': (text) => singleBytes(text, 0x7f),
}

function utf16(text: string, littleEndian: boolean): Uint8Array {
  // As in UTF-8: a surrogate without its partner becomes U+FFFD.
  const whole = text.toWellFormed()
  const bytes = new Uint8Array(whole.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < whole.length; i++) view.setUint16(i * 2, whole.charCodeAt(i), littleEndian)
  return bytes
}

/** A character that the encoding has no byte for becomes a question mark, as in Java. */
function singleBytes(text: string, largest: number): Uint8Array {
  const bytes = new Uint8Array(text.length)
  let length = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes[length++] = code <= largest ? code : 0x3f
  }
  return bytes.subarray(0, length)
}
