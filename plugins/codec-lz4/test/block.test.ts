import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { LogFields } from '@posthorn/contracts'
import { noopLogger } from '@posthorn/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockCompressor } from '../src/blockCompressor.ts'
import { loadLibrary, type Lz4Library } from '../src/library.ts'
import { writeFrame } from '../src/writeFrame.ts'
import { blockCodeFile, blockCodeSource } from './block/assemble.ts'
import { foreign } from './foreign.ts'

/** With what takes a block behind four bytes of its content's length. */
const library = loadLibrary() as Lz4Library & { uncompressSync(data: Uint8Array): Uint8Array }
const compress = blockCompressor(library, noopLogger)

test('the assembled code is that of block.wat', async () => {
  expect(readFileSync(blockCodeFile, 'utf8')).toBe(await blockCodeSource())
})

/** Bytes of pieces that come again, some of them overlapping themselves, and of chance. */
const repetitive = fc
  .array(
    fc.record({
      piece: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      times: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 700 })),
      again: fc.nat(9),
    }),
    { maxLength: 60, size: 'max' },
  )
  .map((parts) =>
    Buffer.concat(
      parts.flatMap(({ piece, times, again }, i) => [
        Buffer.alloc(piece.length * times, piece),
        parts[i - again]?.piece ?? piece,
      ]),
    ).subarray(0, 65_536),
  )

describe('blocks by WebAssembly', () => {
  test('CMP-03: are read back by lz4-napi and by another library, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(repetitive, fc.uint8Array({ maxLength: 300, size: 'max' })), async (content) => {
        await expectReadBack(content)
      }),
      { numRuns: 300 },
    )
  })

  test('CMP-03: of every short length, of 64 KiB, and of more literals or more of a match than a byte counts', async () => {
    const zeros = Buffer.alloc(65_536)
    const chance = randomBytes(65_536)
    for (let length = 0; length <= 64; length++) {
      await expectReadBack(zeros.subarray(0, length))
      await expectReadBack(chance.subarray(0, length))
    }
    for (const literals of [14, 15, 16, 269, 270, 271, 525, 65_000]) {
      await expectReadBack(
        Buffer.concat([chance.subarray(0, literals), chance.subarray(0, 30), chance.subarray(0, 12)]),
      )
    }
    for (let length = 18; length <= 40; length++) await expectReadBack(Buffer.alloc(length, 'ab'))
    for (const length of [269, 270, 271, 272, 286, 287, 288, 289, 290, 65_535, 65_536]) {
      await expectReadBack(zeros.subarray(0, length))
      await expectReadBack(chance.subarray(0, length))
    }
  })

  test('CMP-03: end as the format asks: five literals, and the last match begins twelve bytes before', () => {
    fc.assert(
      fc.property(repetitive, (content) => {
        const { literals, matchStart } = lastSequence(compress(content))
        if (matchStart < 0) return
        expect(literals).toBeGreaterThanOrEqual(5)
        expect(content.length - matchStart).toBeGreaterThanOrEqual(12)
      }),
      { numRuns: 300 },
    )
  })

  test('find as much to leave out as those of lz4-napi', () => {
    const words = ['order', 'payment', 'customer', 'shipped', 'pending', 'failed', 'alpha', 'november']
    let at = 1
    const next = (): string => words[(at = (at * 48_271) % 0x7fffffff) & 7]!
    const content = Buffer.from(Array.from({ length: 12_000 }, next).join(' ')).subarray(0, 65_536)
    const theirs = library.compressSync(content).length - 4
    expect(compress(content).length).toBeLessThan(theirs * 1.02)
    expect(theirs).toBeLessThan(content.length * 0.6)
  })

  test('are given as a view that the next one overwrites, which no frame of several keeps', async () => {
    const content = Buffer.concat([Buffer.alloc(65_536, 'first '), Buffer.alloc(65_536, 'another '), Buffer.alloc(9)])
    const frame = writeFrame(content, compress)
    expect(Buffer.compare(await foreign.read(frame), content)).toBe(0)
    const only = writeFrame(content.subarray(0, 65_536), compress)
    const before = only.slice()
    compress(content.subarray(65_536, 131_072))
    expect(Buffer.compare(only, before)).toBe(0)
  })
})

describe('where there is no WebAssembly', () => {
  const noRoom = {
    Module: Object,
    Instance: function () {
      throw new RangeError('could not allocate memory')
    },
  }
  test.each([
    ['none', {}, 'TypeError'],
    ['no memory', noRoom, 'RangeError'],
  ])('blocks are made by lz4-napi, and the logger hears why: %s', async (_, assembly, error) => {
    const logged: [string, LogFields | undefined][] = []
    const logger = {
      ...noopLogger,
      debug: (message: string, fields?: LogFields) => void logged.push([message, fields]),
    }
    const byLibrary = blockCompressor(library, logger, assembly)
    expect(logged).toEqual([
      [
        'no WebAssembly for LZ4 here: blocks are made by lz4-napi',
        { error: expect.objectContaining({ name: error }) as Error },
      ],
    ])
    const content = Buffer.alloc(70_000, 'to be compressed, ')
    expect(Buffer.compare(await foreign.read(writeFrame(content, byLibrary)), content)).toBe(0)
  })
})

async function expectReadBack(content: Uint8Array): Promise<void> {
  const block = compress(content)
  const withLength = Buffer.alloc(4 + block.length)
  withLength.writeUInt32LE(content.length)
  withLength.set(block, 4)
  if (content.length > 0) expect(Buffer.compare(library.uncompressSync(withLength), content)).toBe(0)
  // With the block in a frame, stored or not, another hand reads it too.
  expect(Buffer.compare(await foreign.read(writeFrame(content, compress)), content)).toBe(0)
}

/** How many literals a block ends with, and where its last match begins; -1 when it has none. */
function lastSequence(block: Uint8Array): { literals: number; matchStart: number } {
  let at = 0
  let content = 0
  let matchStart = -1
  const more = (from: number): number => {
    let sum = from
    if (from === 15) {
      let byte: number
      do sum += byte = block[at++]!
      while (byte === 255)
    }
    return sum
  }
  for (;;) {
    const token = block[at++]!
    const literals = more(token >>> 4)
    at += literals
    content += literals
    if (at >= block.length) return { literals, matchStart }
    at += 2
    matchStart = content
    content += more(token & 15) + 4
  }
}
