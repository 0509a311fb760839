/** Numbers in [0, 1). */
export type Random = () => number

/** A whole number from 0 to below `limit`. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit)
}

/** One of them. */
export function pick<T>(random: Random, from: readonly T[]): T {
  return from[below(random, from.length)] as T
}

/** Whole numbers that counts and lengths are apt to be compared with in the wrong way. */
const EXTREMES: readonly number[] = [
  0, 1, -1, -2, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0x01000000,
]

/** Varints at the edges of 32 and 64 bits, with too many bytes, and without an end. */
const VARINTS: readonly string[] = [
  '00',
  '01',
  '02',
  '7f',
  '8001',
  'ff7f',
  'ffff03',
  'feffffff07',
  'ffffffff07',
  'ffffffff0f',
  'ffffffff1f',
  '8080808000',
  '808080808000',
  'ffffffffffffffffff01',
  'ffffffffffffffffff7f',
  'ffffffffffffffffffffff',
].sort()

type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array

/** Replaces what is from `start` to `end`. */
export function splice(bytes: Uint8Array, start: number, end: number, by: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - (end - start) + by.length)
  result.set(bytes.subarray(0, start))
  result.set(by, start)
  result.set(bytes.subarray(end), start + by.length)
  return result
}

/** `value` as an integer of `size` bytes, big-endian; what does not fit is cut off. */
export function integer(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let rest = BigInt.asUintN(8 * size, BigInt(value))
  for (let at = size - 1; at >= 0; at--) {
    bytes[at] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return bytes
}

/** An extreme, something near `near`, which is what a check compares with, or what a fixed size takes below zero. */
export function extreme(random: Random, near: number): number {
  const kind = random()
  if (kind < 0.4) return pick(random, EXTREMES)
  if (kind < 0.7) return near + below(random, 5) - 2
  if (kind < 0.85) return below(random, 33) - 16
  return kind < 0.95 ? below(random, 129) - 64 : pick(random, EXTREMES) + below(random, 33) - 16
}

/** A varint of {@link VARINTS}. */
export function hugeVarint(random: Random): Uint8Array {
  return Uint8Array.from(Buffer.from(pick(random, VARINTS), 'hex'))
}

function range(bytes: Uint8Array, random: Random): [start: number, end: number] {
  const start = below(random, bytes.length + 1)
  const most = random() < 0.8 ? 16 : bytes.length
  return [start, Math.min(bytes.length, start + below(random, most + 1))]
}

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const result = bytes.slice()
  if (at < result.length) result[at] = value
  return result
}

const mutations: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const at = below(random, bytes.length)
    return changed(bytes, at, (bytes[at] ?? 0) ^ (1 << below(random, 8)))
  },
  function setByte(bytes, random) {
    return changed(bytes, below(random, bytes.length), extreme(random, below(random, 256)))
  },
  function setInteger(bytes, random) {
    const size = pick(random, [2, 4, 4, 8])
    const start = below(random, Math.max(1, bytes.length - size + 1))
    const value = integer(extreme(random, bytes.length - start - size), size)
    return splice(bytes, start, Math.min(bytes.length, start + size), value)
  },
  function insertVarint(bytes, random) {
    const start = below(random, bytes.length + 1)
    return splice(bytes, start, Math.min(bytes.length, start + below(random, 2)), hugeVarint(random))
  },
  function truncate(bytes, random) {
    return bytes.slice(0, below(random, bytes.length))
  },
  function remove(bytes, random) {
    return splice(bytes, ...range(bytes, random), new Uint8Array(0))
  },
  function noise(bytes, random) {
    const some = Uint8Array.from({ length: 1 + below(random, 12) }, () => below(random, 256))
    const [start, end] = range(bytes, random)
    return splice(bytes, start, random() < 0.5 ? start : end, some)
  },
  function repeat(bytes, random) {
    const [start, end] = range(bytes, random)
    return splice(bytes, end, end, repeated(bytes.subarray(start, end), 1 + below(random, random() < 0.05 ? 4000 : 8)))
  },
  function spliceOther(bytes, random, other) {
    const [start, end] = range(other, random)
    const [from, to] = range(bytes, random)
    return splice(bytes, from, random() < 0.5 ? from : to, other.slice(start, end))
  },
  function crossOver(bytes, random, other) {
    const tail = other.slice(below(random, other.length + 1))
    return splice(bytes, below(random, bytes.length + 1), bytes.length, tail)
  },
]

/** `part`, so many times. */
export function repeated(part: Uint8Array, times: number): Uint8Array {
  const result = new Uint8Array(part.length * times)
  for (let i = 0; i < times; i++) result.set(part, i * part.length)
  return result
}

/** One change somewhere, by nobody who knows what the bytes mean. `other` is another input to take from. */
export function mutateBytes(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  return pick(random, mutations)(bytes, random, other)
}
