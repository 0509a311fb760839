import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ConfigError, ProtocolError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { zstd } from '../src/index.ts'
import { codec } from './env.ts'

const text = new TextEncoder().encode('to be compressed, '.repeat(1000))
const damaged = { code: 'MALFORMED_BATCH', retriable: false }

describe('options', () => {
  test.each([-131_072, -1, 0, 1, 3, 22])('CMP-05: level %i is taken', async (level) => {
    const compressed = await codec({ level }).compress(text)
    expect(zstdDecompressSync(compressed)).toEqual(Buffer.from(text))
  })

  test.each([-131_073, 23, 1.5, NaN, '3'])('CMP-05: level %j is refused, with its range', (level) => {
    const call = (): unknown => zstd({ level: level as number })
    expect(call).toThrow(ConfigError)
    expect(call).toThrow(`zstd: level must be an integer from -131072 to 22; got ${String(level)}`)
  })

  test('CMP-05: a higher level gives fewer bytes, and 3 is the default', async () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `${(i * i) % 9973} order ${(i * 7919) % 1013}`).join()
    const sizes = await Promise.all(
      [-131_072, -5, undefined, 3, 19].map(
        async (level) => (await codec({ level }).compress(Buffer.from(words))).length,
      ),
    )
    const [least, quick, byDefault, three, small] = sizes as [number, number, number, number, number]
    expect(byDefault).toBe(three)
    expect(least).toBeGreaterThan(quick)
    expect(quick).toBeGreaterThan(three)
    expect(three).toBeGreaterThan(small)
  })

  test.each([-1, 0.5, 2 ** 31])('syncBytes %d is refused, with its range', (syncBytes) => {
    expect(() => zstd({ syncBytes })).toThrow(
      `zstd: syncBytes must be an integer from 0 to 2147483647; got ${syncBytes}`,
    )
  })
})

describe('format', () => {
  test("CMP-01: it has Kafka's name and id", () => {
    expect(codec()).toMatchObject({ name: 'zstd', attribute: 4 })
  })
})

describe('the event loop', () => {
  test('inputs up to syncBytes are compressed in the call, longer ones in the pool', async () => {
    const { compress } = codec({ syncBytes: 100 })
    expect(compress(text.subarray(0, 100))).toBeInstanceOf(Uint8Array)
    const more = compress(text.subarray(0, 101))
    expect(more).toBeInstanceOf(Promise)
    expect(zstdDecompressSync(await more)).toHaveLength(101)
  })

  test.each([
    [-7, 262_144],
    [3, 262_144],
    [9, 65_536],
    [22, 0],
  ])('at level %i, %i bytes are the most that is compressed in the call by default', async (level, bytes) => {
    const input = new Uint8Array(bytes + 1)
    expect(codec({ level }).compress(input.subarray(1))).toBeInstanceOf(Uint8Array)
    await expect(codec({ level }).compress(input)).resolves.toBeInstanceOf(Uint8Array)
  })
})

describe.each([
  ['in the call', 65_536],
  ['in the pool', 0],
])('what is refused %s', (_, syncBytes) => {
  const decompress = async (input: Uint8Array, maxBytes: number): Promise<Uint8Array> =>
    codec({ syncBytes }).decompress(input, maxBytes)

  test('damaged input is a ProtocolError', async () => {
    const refusal = decompress(Buffer.from('no zstd at all'), 100)
    await expect(refusal).rejects.toBeInstanceOf(ProtocolError)
    await expect(refusal).rejects.toMatchObject(damaged)
    await expect(refusal).rejects.toThrow('zstd: damaged input: no zstd frame')
  })

  test('a frame whose checksum is wrong is a ProtocolError with the cause that zlib gave', async () => {
    const frame = zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
    frame[frame.length - 1]! ^= 1
    const cause = { code: 'ZSTD_error_checksum_wrong' }
    await expect(decompress(frame, 100_000)).rejects.toMatchObject({ ...damaged, cause })
  })

  test('a result beyond maxBytes is a ProtocolError that names the limit', async () => {
    const refusal = decompress(zstdCompressSync(new Uint8Array(1_000_000)), 999_999)
    await expect(refusal).rejects.toMatchObject(damaged)
    await expect(refusal).rejects.toThrow('zstd: the result is longer than 999999 bytes')
  })

  test('maxBytes 0 lets nothing but an empty result through', async () => {
    await expect(decompress(zstdCompressSync(''), 0)).resolves.toHaveLength(0)
    await expect(decompress(zstdCompressSync('a'), 0)).rejects.toMatchObject(damaged)
  })

  test('maxBytes may be more than can be allocated', async () => {
    await expect(decompress(zstdCompressSync('a'), Number.MAX_SAFE_INTEGER)).resolves.toHaveLength(1)
  })

  test('several frames are read one after the other, and what is to be skipped is skipped', async () => {
    const skipped = Uint8Array.of(0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3)
    const frames = Buffer.concat([zstdCompressSync('one, '), skipped, zstdCompressSync('two')])
    expect(new TextDecoder().decode(await decompress(frames, 8))).toBe('one, two')
    await expect(decompress(frames, 7)).rejects.toThrow('zstd: the result is longer than 7 bytes')
  })

  test('anything behind the last frame is damage', async () => {
    const input = Buffer.concat([zstdCompressSync('one'), Buffer.from('HTTP/1.1')])
    await expect(decompress(input, 100)).rejects.toThrow('zstd: damaged input: no zstd frame')
  })

  test.each([
    ['a checksum', { [constants.ZSTD_c_checksumFlag]: 1 }],
    ['no content size', { [constants.ZSTD_c_contentSizeFlag]: 0 }],
    ['a small window', { [constants.ZSTD_c_windowLog]: 10 }],
  ])('frames with %s are measured rightly', async (_, params) => {
    const one = zstdCompressSync(Buffer.from('abc'.repeat(100_000)), { params })
    const result = await decompress(Buffer.concat([one, zstdCompressSync('end')]), 400_000)
    expect(new TextDecoder().decode(result)).toBe(`${'abc'.repeat(100_000)}end`)
  })
})
