import { randomBytes } from 'node:crypto'
import { zstdDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ResultRoom } from '../src/resultRoom.ts'
import { codec } from './env.ts'

const shrinks = new TextEncoder().encode('to be compressed, '.repeat(3640))
const orders = Buffer.from(
  Array.from({ length: 20_000 }, (_, i) => `order ${(i * i) % 9973} of customer`).join(),
).subarray(0, 65_520)
const grows = Uint8Array.from(randomBytes(65_520))

describe('the room that is taken for a result', () => {
  test('is half of the input at first, and some', () => {
    expect(new ResultRoom().bytesFor(65_536)).toBe(41_216)
  })

  test('follows results that become shorter by and by, and ones that become longer at once', () => {
    const room = new ResultRoom()
    room.onResult(65_536, 6554)
    expect(room.bytesFor(65_536)).toBe(37_121)
    for (let i = 0; i < 40; i++) room.onResult(65_536, 6554)
    expect(room.bytesFor(65_536)).toBeLessThan(9000)
    room.onResult(1000, 300)
    expect(room.bytesFor(65_536)).toBe(24_832)
  })

  test('is never more than a result can take, and never nothing', () => {
    const room = new ResultRoom()
    room.onResult(3, 20)
    expect(room.bytesFor(65_536)).toBe(65_856)
    room.onResult(0, 9)
    expect(room.bytesFor(0)).toBe(64)
  })
})

describe.each([
  ['in the call', 262_144],
  ['in the pool', 0],
])('compressed %s', (_, syncBytes) => {
  test('results keep far less memory than what they were made of', async () => {
    const { compress } = codec({ syncBytes })
    for (let i = 0; i < 20; i++) await compress(orders)
    const results: Uint8Array[] = []
    for (let i = 0; i < 40; i++) results.push(await compress(orders))
    // Node may have put several into one buffer.
    const buffers = new Set(results.map(({ buffer }) => buffer))
    const held = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0)
    expect(held).toBeLessThan(orders.length * 20)
    for (const result of results) expect(Buffer.compare(zstdDecompressSync(result), orders)).toBe(0)
  })

  test('what takes more room than was taken for it is whole', async () => {
    const { compress } = codec({ syncBytes })
    for (let i = 0; i < 60; i++) await compress(shrinks)
    const result = await compress(grows)
    expect(result.length).toBeGreaterThan(grows.length)
    expect(Buffer.compare(zstdDecompressSync(result), grows)).toBe(0)
  })
})
