import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lineBatches } from '../../src/produce/formats/lineBatches.ts'
import { chunked } from '../support/chunks.ts'

/** Bytes with many newlines, no valid UTF-8, and where to cut them. */
const input = fc.record({
  bytes: fc.uint8Array({ maxLength: 300 }).map((bytes) => bytes.map((byte) => (byte % 5 === 0 ? 0x0a : byte))),
  cuts: fc.array(fc.nat(300), { maxLength: 20 }),
})

function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...cuts.filter((at) => at < bytes.length).sort((a, b) => a - b), bytes.length]
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end))
}

it('finds the same lines, byte for byte, however the input is cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(input, async ({ bytes, cuts }) => {
      const batches = await Array.fromAsync(lineBatches(chunked(...cut(bytes, cuts)), 1000))
      const expected = Buffer.from(bytes).toString('latin1').split('\n')
      if (expected.at(-1) === '') expected.pop()
      expect(batches.flat().map((line) => line?.toString('latin1'))).toEqual(expected)
    }),
  )
})

it('keeps lines up to the limit and drops longer ones, however the input is cut', async () => {
  await fc.assert(
    fc.asyncProperty(input, fc.integer({ min: 1, max: 8 }), async ({ bytes, cuts }, limit) => {
      const batches = await Array.fromAsync(lineBatches(chunked(...cut(bytes, cuts)), limit))
      const lines = Buffer.from(bytes).toString('latin1').split('\n')
      if (lines.at(-1) === '') lines.pop()
      const expected = lines.map((line) => (line.length <= limit ? line : null))
      expect(batches.flat().map((line) => line?.toString('latin1') ?? null)).toEqual(expected)
    }),
  )
})
