/** The partition of a key among `count`. */
export type KeyPlace = (key: Uint8Array, count: number) => number

type Hash = (bytes: Uint8Array) => number

// What to do with the sign of a 32-bit hash is where clients differ, and each of the three is somebody's default.

/** The sign bit is dropped: Java's way. */
export function masked(hash: Hash): KeyPlace {
  return (key, count) => (hash(key) & 0x7fffffff) % count
}

/** The hash is taken as unsigned. */
export function unsigned(hash: Hash): KeyPlace {
  return (key, count) => (hash(key) >>> 0) % count
}

/** The absolute value of the signed hash; it is the same before and after the division. */
export function absolute(hash: Hash): KeyPlace {
  return (key, count) => Math.abs(hash(key) | 0) % count
}
