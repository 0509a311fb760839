const PRIME_1 = 0x9e3779b1
const PRIME_2 = 0x85ebca77
const PRIME_3 = 0xc2b2ae3d
const PRIME_4 = 0x27d4eb2f
const PRIME_5 = 0x165667b1

/** Bytes that the four lanes take at a time. */
const STRIPE = 16

/** XXH32 with seed 0, 0 to 4294967295. For the few bytes of a frame's header; not meant to be fast. */
export function xxHash32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  let hash = PRIME_5
  if (bytes.length >= STRIPE) {
    const lanes = [PRIME_1 + PRIME_2, PRIME_2, 0, -PRIME_1]
    for (; at + STRIPE <= bytes.length; at += STRIPE) {
      for (let lane = 0; lane < 4; lane++) lanes[lane] = round(lanes[lane]!, view.getUint32(at + 4 * lane, true))
    }
    hash = rotate(lanes[0]!, 1) + rotate(lanes[1]!, 7) + rotate(lanes[2]!, 12) + rotate(lanes[3]!, 18)
  }
  hash += bytes.length
  for (; at + 4 <= bytes.length; at += 4) {
    hash = Math.imul(rotate(hash + Math.imul(view.getUint32(at, true), PRIME_3), 17), PRIME_4)
  }
  for (; at < bytes.length; at++) hash = Math.imul(rotate(hash + Math.imul(bytes[at]!, PRIME_5), 11), PRIME_1)
  return avalanche(hash)
}

function round(lane: number, input: number): number {
  return Math.imul(rotate(lane + Math.imul(input, PRIME_2), 13), PRIME_1)
}

function avalanche(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2)
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3)
  return (hash ^ (hash >>> 16)) >>> 0
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
