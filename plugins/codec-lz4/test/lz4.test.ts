import { randomBytes } from 'node:crypto'
import { ConfigError, ProtocolError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { lz4 } from '../src/index.ts'
import { loadLibrary } from '../src/library.ts'
import { codec } from './env.ts'
import { foreign } from './foreign.ts'

const text = new TextEncoder().encode('to be compressed, '.repeat(1000))
const damaged = { code: 'MALFORMED_BATCH', retriable: false }

test("CMP-01: it has Kafka's name and id", () => {
  expect(codec()).toMatchObject({ name: 'lz4', attribute: 3 })
})

test.each([-1, 0.5, 2 ** 31])('syncBytes %d is refused, with its range', (syncBytes) => {
  expect(() => lz4({ syncBytes })).toThrow(`lz4: syncBytes must be an integer from 0 to 2147483647; got ${syncBytes}`)
})

describe('the frame that is written', () => {
  test.each([
    ['nothing', new Uint8Array(0)],
    ['a small batch', text.subarray(0, 900)],
    ['64 KiB', new Uint8Array(65_536)],
  ])(
    'CMP-03, CMP-04: %s has magic, version 1, independent blocks of 64 KiB, no checksums but a right one of the header',
    async (_, input) => {
      const frame = await codec().compress(input)
      // 0x82 is the second byte of XXH32 of 60 40 by the Java client's hash.
      expect([...frame.subarray(0, 7)]).toEqual([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82])
      expect([...frame.subarray(-4)]).toEqual([0, 0, 0, 0])
    },
  )

  test('CMP-03: a block that does not shrink is stored as it is, and its length says so', async () => {
    const frame = await codec().compress(Uint8Array.of(1, 2, 3))
    expect([...frame.subarray(7)]).toEqual([3, 0, 0, 0x80, 1, 2, 3, 0, 0, 0, 0])
  })
})

describe('a frame of several blocks', () => {
  const shrinks = new TextEncoder().encode('to be compressed, '.repeat(4000))
  const grows = Uint8Array.from(randomBytes(65_536))
  test.each([
    ['of a block and one byte', shrinks.subarray(0, 65_537), [false, true]],
    ['of one that shrinks behind one that does not', joined(grows, shrinks.subarray(0, 65_536)), [true, false]],
    ['of one that does not shrink behind one that does', joined(shrinks.subarray(0, 65_536), grows), [false, true]],
  ])('CMP-03 %s is read by the library and by another one', async (_, input, isStored) => {
    const frame = await codec().compress(input)
    expect(storedBlocks(frame)).toEqual(isStored)
    expect(Buffer.compare(await foreign.read(frame), input)).toBe(0)
    expect(Buffer.compare(await codec().decompress(frame, input.length), input)).toBe(0)
  })
})

/** Of each block of a frame, whether it is stored as it is. */
function storedBlocks(frame: Uint8Array): boolean[] {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const blocks: boolean[] = []
  let at = 7
  for (let length = view.getUint32(at, true); length !== 0; length = view.getUint32(at, true)) {
    blocks.push(length >= 0x8000_0000)
    at += 4 + (length & 0x7fff_ffff)
  }
  expect(at + 4).toBe(frame.length)
  return blocks
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

describe('the event loop', () => {
  test('inputs up to syncBytes are compressed in the call, longer ones in the pool', async () => {
    const { compress } = codec({ syncBytes: 100 })
    expect(compress(text.subarray(0, 100))).toBeInstanceOf(Uint8Array)
    const more = compress(text.subarray(0, 101))
    expect(more).toBeInstanceOf(Promise)
    expect(await foreign.read(await more)).toHaveLength(101)
  })

  test('512 KiB is the most that is compressed in the call by default', async () => {
    const input = new Uint8Array(524_289)
    expect(codec().compress(input.subarray(1))).toBeInstanceOf(Uint8Array)
    await expect(codec().compress(input)).resolves.toBeInstanceOf(Uint8Array)
  })
})

describe('where there is no native code', () => {
  test('CMP-09: the plugin throws a ConfigError that says what is missing', () => {
    const none = (): never => {
      throw new Error('Cannot find native binding')
    }
    expect(() => loadLibrary(none)).toThrow(ConfigError)
    expect(() => loadLibrary(none)).toThrow(
      `lz4: lz4-napi has no native code for ${process.platform} ${process.arch}, or its optional dependencies were not installed: Cannot find native binding`,
    )
  })
})

describe.each([
  ['in the call', 65_536],
  ['in the pool', 0],
])('what is refused %s', (_, syncBytes) => {
  const decompress = async (input: Uint8Array, maxBytes: number): Promise<Uint8Array> =>
    codec({ syncBytes }).decompress(input, maxBytes)

  test('damaged input is a ProtocolError', async () => {
    const refusal = decompress(Buffer.from('no lz4 at all'), 100)
    await expect(refusal).rejects.toBeInstanceOf(ProtocolError)
    await expect(refusal).rejects.toMatchObject(damaged)
    await expect(refusal).rejects.toThrow('lz4: damaged input: no LZ4 frame')
  })

  test('CMP-04: a wrong checksum of the header is damage', async () => {
    const frame = (await codec().compress(text)).slice()
    frame[6]! ^= 1
    await expect(decompress(frame, 100_000)).rejects.toMatchObject(damaged)
  })

  test('a match before the beginning is damage', async () => {
    // One literal, then a match of 4 at distance 200.
    const block = [0x10, 65, 200, 0, 0x50, 66, 66, 66, 66, 66]
    const frame = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, block.length, 0, 0, 0, ...block, 0, 0, 0, 0)
    await expect(decompress(frame, 100)).rejects.toMatchObject(damaged)
  })

  test('a result beyond maxBytes is a ProtocolError that names the limit', async () => {
    const refusal = decompress(await codec().compress(new Uint8Array(1_000_000)), 999_999)
    await expect(refusal).rejects.toMatchObject(damaged)
    await expect(refusal).rejects.toThrow('lz4: the result is longer than 999999 bytes')
  })

  test('maxBytes 0 lets nothing but an empty result through', async () => {
    await expect(decompress(await codec().compress(new Uint8Array(0)), 0)).resolves.toHaveLength(0)
    await expect(decompress(await codec().compress(text.subarray(0, 1)), 0)).rejects.toMatchObject(damaged)
  })
})
