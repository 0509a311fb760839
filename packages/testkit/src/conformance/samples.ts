import { seededRandom } from '../random.ts'

/** Bytes without any pattern; the same in every run. */
export function noise(length: number, seed: number | string = 'noise'): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = (seededRandom(seed)() * 0xffff_ffff) | 1
  for (let i = 0; i < length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[i] = state
  }
  return bytes
}

/** Text with repetitions, as records have them. */
export function prose(length: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(length)
  const encoder = new TextEncoder()
  let at = 0
  // Long ones repeat what is beyond the reach of most formats: quick to make, and no easier to compress.
  for (let i = seed; at < Math.min(length, 1 << 18); i++) {
    const line = `{"id":${i},"user":"user-${(i * 7919) % 1009}","paid":${i % 3 === 0}}\n`
    at += encoder.encodeInto(line, bytes.subarray(at)).written || length
  }
  for (; at < length; at *= 2) bytes.copyWithin(at, 0, at)
  return bytes
}

/** The same bytes as a view into the middle of larger memory, with `0xa5` around them. */
export function inside(bytes: Uint8Array, before = 7, after = 5): Uint8Array {
  const memory = new Uint8Array(before + bytes.length + after).fill(0xa5)
  memory.set(bytes, before)
  return memory.subarray(before, before + bytes.length)
}

/** Overwrites all the memory that a view belongs to. */
export function scribble(view: Uint8Array): void {
  new Uint8Array(view.buffer).fill(0x5a)
}
