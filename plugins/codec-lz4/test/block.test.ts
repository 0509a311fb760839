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

/** Numbers below 0x7fffffff, always the same. */
function draw(): () => number {
  let at = 1
  return () => (at = (at * 48_271) % 0x7fffffff)
}

/** 72,000 bytes of words, in no order. */
function words(): Buffer {
  const next = draw()
  const some =
    'alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa'.split(' ')
  return Buffer.from(Array.from({ length: 16_000 }, () => some[next() & 15]).join(' ')).subarray(0, 72_000)
}

/** 72,000 bytes in records of 8: five that are alike, and below 24, then three of chance. */
function numbers(): Buffer {
  const next = draw()
  const bytes = Buffer.alloc(72_000)
  for (let at = 0; at < bytes.length; at += 8) {
    bytes.fill(next() % 24, at, at + 5)
    bytes.writeUIntBE(next() & 0xffffff, at + 5, 3)
  }
  return bytes
}

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
        const all = sequences(compress(content))
        const { literals } = all.at(-1)!
        const lastMatch = all.at(-2)?.match
        if (lastMatch === undefined) return
        expect(literals).toBeGreaterThanOrEqual(5)
        expect(lastMatch + literals).toBeGreaterThanOrEqual(12)
      }),
      { numRuns: 300 },
    )
  })

  test('CMP-03: of much text, of much else, and of every length where the search for matches changes', async () => {
    for (const kind of [words, numbers]) {
      const content = kind()
      for (const length of [129, 1023, 1024, 1025, 2047, 2048, 2049, 8191, 32_767, 32_768, 32_769, 65_535, 65_536]) {
        for (const from of [0, 1, 7, 4096]) await expectReadBack(content.subarray(from, from + length))
      }
    }
  })

  test('are what their content makes of them, whatever was made before', () => {
    fc.assert(
      fc.property(repetitive, repetitive, (content, before) => {
        const fresh = Buffer.from(blockCompressor(library, noopLogger)(content))
        compress(before)
        expect(Buffer.compare(fresh, compress(content))).toBe(0)
      }),
      { numRuns: 100 },
    )
  })

  test.each([5, 6, 7, 8, 9, 10, 11, 12, 13, 18, 19, 20])('find five bytes at once behind a match of %d', (length) => {
    const letters = Buffer.from('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKL')
    const first = letters.subarray(0, 24)
    const second = letters.subarray(24)
    const content = Buffer.concat([first, second, first.subarray(0, length), second.subarray(0, 5), Buffer.alloc(12)])
    expect(sequences(compress(content)).slice(0, 2)).toEqual([
      { literals: 48, match: length },
      { literals: 0, match: 5 },
    ])
  })

  test('find more to leave out of much text than those of lz4-napi, and as much of less or of other things', () => {
    for (const [content, most] of [
      [words().subarray(0, 65_536), 0.9],
      [words().subarray(0, 8192), 1.02],
      [numbers().subarray(0, 65_536), 1.02],
    ] as const) {
      const theirs = library.compressSync(content).length - 4
      expect(theirs).toBeLessThan(content.length * 0.8)
      expect(compress(content).length).toBeLessThan(theirs * most)
    }
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

/** Some literals, and the match behind them; the last sequence of a block has none: its `match` is 0. */
interface Sequence {
  readonly literals: number
  readonly match: number
}

function sequences(block: Uint8Array): Sequence[] {
  const all: Sequence[] = []
  let at = 0
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
    if (at >= block.length) return [...all, { literals, match: 0 }]
    at += 2
    all.push({ literals, match: more(token & 15) + 4 })
  }
}
