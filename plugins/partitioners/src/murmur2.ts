const M = 0x5bd1e995

/**
 * The hash by which the Java client spreads keys: MurmurHash2, 32 bits, with the seed 0x9747b28c. Gives a signed
 * integer, as Java does; a partition is `(murmur2(key) & 0x7fffffff) % partitionCount`, which is not what an unsigned
 * conversion gives. Reads `bytes` during the call only.
 */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes
  const tail = length & ~3
  let hash = 0x9747b28c ^ length

  for (let i = 0; i < tail; i += 4) {
    let word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    word = Math.imul(word, M)
    word ^= word >>> 24
    hash = Math.imul(hash, M) ^ Math.imul(word, M)
  }

  const rest = length & 3
  if (rest === 3) hash ^= bytes[tail + 2]! << 16
  if (rest >= 2) hash ^= bytes[tail + 1]! << 8
  if (rest >= 1) hash = Math.imul(hash ^ bytes[tail]!, M)

  hash = Math.imul(hash ^ (hash >>> 13), M)
  return hash ^ (hash >>> 15)
}
