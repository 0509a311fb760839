import { expect, it } from 'vitest'
import { Slab } from '../../src/values/slab.ts'

it('gives every copy a place of its own, many in one piece, and pieces that double up to 16 KiB', () => {
  const slab = new Slab()
  const pieces = new Map<Uint8Array, number>()
  for (let i = 0; i < 1000; i++) {
    const at = slab.reserve(100)
    // A place that somebody has would not be zero any more.
    expect(slab.piece.subarray(at, at + 100).every((byte) => byte === 0)).toBe(true)
    slab.piece.fill(1, at, at + 100)
    pieces.set(slab.piece, at + 100)
  }
  expect([...pieces.keys()].map(({ length }) => length)).toEqual([
    100, 200, 400, 800, 1600, 3200, 6400, 12_800, 16_384, 16_384, 16_384, 16_384, 16_384,
  ])
})

it('takes what is larger than a piece, and begins small again when it was cleared', () => {
  const slab = new Slab()
  slab.reserve(20_000)
  expect(slab.piece.length).toBe(20_000)
  slab.clear()
  slab.reserve(10)
  expect(slab.piece.length).toBe(10)
  expect(slab.reserve(0)).toBe(10)
})
