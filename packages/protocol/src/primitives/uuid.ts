import { RecordError } from '@posthorn/contracts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The id that stands for no topic: 16 zero bytes. */
export const ZERO_UUID: string = 'A'.repeat(22)

/** Bytes of a topic id. */
export const UUID_BYTES = 16

/** Reads 16 bytes at `at` as Kafka writes topic ids: 22 characters of URL-safe base64 without padding (KIP-516). */
export function readUuid(from: Uint8Array, at: number): string {
  let text = ''
  for (let i = 0; i < UUID_BYTES; i += 3) {
    const group =
      (byteAt(from, at + i) << 16) | (i < 15 ? (byteAt(from, at + i + 1) << 8) | byteAt(from, at + i + 2) : 0)
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63)
    if (i < 15) text += alphabet.charAt((group >> 6) & 63) + alphabet.charAt(group & 63)
  }
  return text
}

/**
 * Writes a topic id of 22 characters as 16 bytes at `at`; returns the offset after them. Throws `INVALID_ARGUMENT` for
 * anything else than 22 characters of URL-safe base64 that end in 4 zero bits.
 */
export function writeUuid(into: Uint8Array, at: number, uuid: string): number {
  let bits = 0
  let held = 0
  for (let i = 0; i < uuid.length; i++) {
    const digit = alphabet.indexOf(uuid.charAt(i))
    if (digit < 0) break
    bits = ((bits << 6) | digit) & 0xffff
    held += 6
    if (held >= 8) {
      held -= 8
      if (i < 22) into[at++] = bits >> held
    }
    if (i === 21 && uuid.length === 22 && (bits & 15) === 0) return at
  }
  throw new RecordError('INVALID_ARGUMENT', `A topic id has 22 characters of URL-safe base64; this is '${uuid}'`)
}

function byteAt(from: Uint8Array, at: number): number {
  return from[at] ?? 0
}
