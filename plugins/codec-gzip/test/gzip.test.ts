import { gunzipSync, gzipSync } from 'node:zlib'
import { ConfigError, ProtocolError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { gzip } from '../src/index.ts'
import { codec } from './env.ts'

const text = new TextEncoder().encode('to be compressed, '.repeat(1000))
const damaged = { code: 'MALFORMED_BATCH', retriable: false }

describe('options', () => {
  test.each([-1, 1, 6, 9])('CMP-05 level %i is taken', async (level) => {
    const compressed = await codec({ level }).compress(text)
    expect(gunzipSync(compressed)).toEqual(Buffer.from(text))
  })

  test.each([0, 10, -2, 1.5, NaN, '6'])('CMP-05 level %j is refused, with its range', (level) => {
    const call = (): unknown => gzip({ level: level as number })
    expect(call).toThrow(ConfigError)
    expect(call).toThrow(`gzip: level must be an integer from 1 to 9, or -1 for zlib's default; got ${String(level)}`)
  })

  test('CMP-05 a higher level gives no more bytes', async () => {
    const sizes = await Promise.all([1, 9].map(async (level) => (await codec({ level }).compress(text)).length))
    expect(sizes[1]!).toBeLessThanOrEqual(sizes[0]!)
  })

  test.each([-1, 0.5, 2 ** 31])('syncBytes %d is refused, with its range', (syncBytes) => {
    expect(() => gzip({ syncBytes })).toThrow(
      `gzip: syncBytes must be an integer from 0 to 2147483647; got ${syncBytes}`,
    )
  })
})

describe('format', () => {
  test("CMP-01 it has Kafka's name and id", () => {
    expect(codec()).toMatchObject({ name: 'gzip', attribute: 1 })
  })

  test.each([0, 65_536])('several members are read one after the other (syncBytes %i)', async (syncBytes) => {
    const members = Buffer.concat([gzipSync('one, '), gzipSync(''), gzipSync('two')])
    const result = await codec({ syncBytes }).decompress(members, 8)
    expect(new TextDecoder().decode(result)).toBe('one, two')
  })
})

describe('the event loop', () => {
  test('inputs up to syncBytes are compressed in the call, longer ones in the pool', async () => {
    const { compress } = codec({ syncBytes: 100 })
    expect(compress(text.subarray(0, 100))).toBeInstanceOf(Uint8Array)
    const more = compress(text.subarray(0, 101))
    expect(more).toBeInstanceOf(Promise)
    expect(gunzipSync(await more)).toHaveLength(101)
  })

  test.each([
    [-1, 32_768],
    [1, 262_144],
    [3, 65_536],
    [6, 32_768],
    [9, 16_384],
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

  test('damaged input is a ProtocolError with the cause that zlib gave', async () => {
    const refusal = decompress(Buffer.from('no gzip at all'), 100)
    await expect(refusal).rejects.toBeInstanceOf(ProtocolError)
    await expect(refusal).rejects.toMatchObject({ ...damaged, cause: { code: 'Z_DATA_ERROR' } })
    await expect(refusal).rejects.toThrow('gzip: damaged input: incorrect header check')
  })

  test('a result beyond maxBytes is a ProtocolError that names the limit', async () => {
    const refusal = decompress(gzipSync(new Uint8Array(1_000_000)), 999_999)
    await expect(refusal).rejects.toMatchObject(damaged)
    await expect(refusal).rejects.toThrow('gzip: the result is longer than 999999 bytes')
  })

  test('maxBytes 0 lets nothing but an empty result through', async () => {
    await expect(decompress(gzipSync(''), 0)).resolves.toHaveLength(0)
    await expect(decompress(gzipSync('a'), 0)).rejects.toMatchObject(damaged)
  })

  test('maxBytes may be more than can be allocated', async () => {
    await expect(decompress(gzipSync('a'), Number.MAX_SAFE_INTEGER)).resolves.toHaveLength(1)
  })
})
