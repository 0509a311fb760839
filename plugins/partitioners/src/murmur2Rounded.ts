const M = 0x5bd1e995

/**
 * Java's hash as KafkaJS computed it before version 2: its products are floating-point numbers, so their lower bits are
 * lost whenever they exceed 2^53, and a last word that is not full goes through the loop as well as through the tail. Gives
 * a signed integer; keys keep the partitions that they had. Reads `bytes` during the call only.
 */
export function murmur2Rounded(bytes: Uint8Array): number {
  const { length } = bytes
  const at = (index: number): number => (index < length ? bytes[index]! : 0)
  let hash = 0x9747b28c ^ length

  for (let i = 0; i < length; i += 4) {
    const word = (at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24)) * M
    hash = (hash * M) ^ ((word ^ (word >>> 24)) * M)
  }

  const tail = length & ~3
  const rest = length & 3
  if (rest > 0) {
    // Bytes beyond the end are 0 and change nothing.
    hash = (hash ^ (at(tail) | (at(tail + 1) << 8) | (at(tail + 2) << 16))) * M
  }

  hash = (hash ^ (hash >>> 13)) * M
  return hash ^ (hash >>> 15)
}
