/**
 * Variable-length integers: base 128, lowest group first, high bit set on all but the last byte. Unsigned ones are the
 * lengths and tags of flexible versions (KIP-482); zig-zag ones are the integers inside a record of format v2.
 */

/** Bytes of `value` as an unsigned varint, 1 to 5. `value` is 0 to 4294967295. */
export function unsignedVarintSize(value: number): number {
  const bits = value >>> 0
  if (bits < 0x80) return 1
  if (bits < 0x4000) return 2
  if (bits < 0x200000) return 3
  return bits < 0x10000000 ? 4 : 5
}

/** Writes `value` (0 to 4294967295) as an unsigned varint at `at`; returns the offset after it. */
export function writeUnsignedVarint(into: Uint8Array, at: number, value: number): number {
  let bits = value >>> 0
  while (bits > 0x7f) {
    into[at++] = (bits & 0x7f) | 0x80
    bits >>>= 7
  }
  into[at++] = bits
  return at
}

/** Bytes of `value` as a zig-zag varint, 1 to 5. `value` is an int32. */
export function varintSize(value: number): number {
  return unsignedVarintSize((value << 1) ^ (value >> 31))
}

/** Writes `value` (int32) as a zig-zag varint at `at`; returns the offset after it. */
export function writeVarint(into: Uint8Array, at: number, value: number): number {
  return writeUnsignedVarint(into, at, (value << 1) ^ (value >> 31))
}

/** Bytes of `value` as a zig-zag varlong, 1 to 8. `value` is a safe integer. */
export function varlongSize(value: number): number {
  // n bytes hold values below 2 ** (7n - 1); a negative value is one further from 0 than the positive of its size.
  let magnitude = value < 0 ? -(value + 1) : value
  if (magnitude < 0x40) return 1
  if (magnitude < 0x2000) return 2
  if (magnitude < 0x100000) return 3
  let size = 4
  for (magnitude /= 0x8000000; magnitude >= 1; magnitude /= 0x80) size++
  return size
}

/** Writes `value` (safe integer) as a zig-zag varlong at `at`; returns the offset after it. */
export function writeVarlong(into: Uint8Array, at: number, value: number): number {
  if (value >= -0x40000000 && value < 0x40000000) return writeVarint(into, at, value)
  // Zig-zag doubles the value, which may leave the range of safe integers, so it is done on two 32-bit halves.
  const signedHigh = Math.floor(value / 0x100000000)
  const sign = signedHigh >> 31
  let low = value >>> 0
  let high = (((signedHigh << 1) | (low >>> 31)) ^ sign) >>> 0
  low = ((low << 1) ^ sign) >>> 0
  while (high !== 0 || low > 0x7f) {
    into[at++] = (low & 0x7f) | 0x80
    low = ((low >>> 7) | (high << 25)) >>> 0
    high >>>= 7
  }
  into[at++] = low
  return at
}
