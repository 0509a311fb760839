import { xxHash32 } from './xxHash32.ts'

/** Bytes of the magic number, which the descriptor follows. */
const MAGIC_BYTES = 4

/** Bits of the descriptor's first byte that make it longer: content size, dictionary id. */
const CONTENT_SIZE = 0x08
const DICTIONARY_ID = 0x01

/**
 * Gives an LZ4 frame the header checksum that Kafka's format v0 wants: by mistake it covers the magic number too, not
 * only the descriptor (KIP-57). Changes `frame` and returns it.
 */
export function withBrokenHeaderChecksum(frame: Uint8Array): Uint8Array {
  const flags = frame[MAGIC_BYTES] ?? 0
  const end = MAGIC_BYTES + 2 + ((flags & CONTENT_SIZE) === 0 ? 0 : 8) + ((flags & DICTIONARY_ID) === 0 ? 0 : 4)
  if (frame.length > end) frame[end] = xxHash32(frame.subarray(0, end)) >>> 8
  return frame
}
