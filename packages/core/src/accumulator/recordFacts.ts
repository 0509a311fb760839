import { BATCH_HEADER_BYTES } from '@posthorn/protocol'

/**
 * Most runs that are noted as records are appended. With thousands of partitions nearly every record of a batch has
 * another time than the one before, and noting that would mean two more lines of memory to fetch for each; those batches
 * are read back in one go, once they are stored.
 */
export const MOST_NOTED_RUNS = 8

/** What {@link BatchOutcome.facts} is of the `count` records in front of `end`, read from a batch's memory. */
export function readFacts(bytes: Uint8Array, end: number, count: number): number[] {
  const facts: number[] = []
  const at = new Cursor(bytes, BATCH_HEADER_BYTES)
  let [delta, keyBytes, valueBytes] = [0, 0, 0]
  for (let index = 0; index < count && at.offset < end; index++) {
    const size = at.varint()
    const next = at.offset + size
    at.offset++
    const ownDelta = at.varint()
    at.varint()
    const ownKeyBytes = at.varint()
    if (ownKeyBytes > 0) at.offset += ownKeyBytes
    const ownValueBytes = at.varint()
    if (index === 0 || ownDelta !== delta || ownKeyBytes !== keyBytes || ownValueBytes !== valueBytes) {
      facts.push(index, ownDelta, ownKeyBytes, ownValueBytes)
      delta = ownDelta
      keyBytes = ownKeyBytes
      valueBytes = ownValueBytes
    }
    at.offset = next
  }
  return facts
}

class Cursor {
  offset: number
  private readonly bytes: Uint8Array

  constructor(bytes: Uint8Array, offset: number) {
    this.bytes = bytes
    this.offset = offset
  }

  /** A zig-zag varint of up to 53 bits. */
  varint(): number {
    const { bytes } = this
    const first = bytes[this.offset++] as number
    if (first < 0x80) return (first >>> 1) ^ -(first & 1)
    // Multiplied, since shifts end at 32 bits.
    let [value, factor, byte] = [first & 0x7f, 0x80, first]
    while (byte >= 0x80) {
      byte = bytes[this.offset++] as number
      value += (byte & 0x7f) * factor
      factor *= 0x80
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
}
