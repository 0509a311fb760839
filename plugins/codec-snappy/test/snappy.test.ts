import { ConfigError, ProtocolError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { snappy } from '../src/index.ts'
import { codec } from './env.ts'
import { bareBlock, foreign } from './foreign.ts'

const text = new TextEncoder().encode('to be compressed, '.repeat(10_000))
const damaged = { code: 'MALFORMED_BATCH', retriable: false }
const header = [0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1]

test("CMP-01: it has Kafka's name and id", () => {
  expect(codec()).toMatchObject({ name: 'snappy', attribute: 2 })
})

test.each([-1, 0.5, 2 ** 31])('syncBytes %d is refused, with its range', (syncBytes) => {
  const call = (): unknown => snappy({ syncBytes })
  expect(call).toThrow(ConfigError)
  expect(call).toThrow(`snappy: syncBytes must be an integer from 0 to 2147483647; got ${syncBytes}`)
})

describe('the stream', () => {
  test('CMP-02: it begins with magic, version 1 and lowest version 1; nothing follows when there is nothing', async () => {
    expect([...(await codec().compress(new Uint8Array(0)))]).toEqual(header)
  })

  test('CMP-02: each block is preceded by its length, the last is shorter than 32 KiB', async () => {
    const stream = Buffer.from(await codec().compress(text.subarray(0, 70_000)))
    expect([...stream.subarray(0, 16)]).toEqual(header)
    const contents: number[] = []
    for (let at = 16; at < stream.length; at += 4 + stream.readInt32BE(at)) {
      // The length before compression, a varint of three bytes or less.
      const [a, b, c] = stream.subarray(at + 4, at + 7) as unknown as [number, number, number]
      contents.push((a & 0x7f) | ((b & 0x7f) << 7) | (b >= 0x80 ? c << 14 : 0))
    }
    expect(contents).toEqual([32_768, 32_768, 4464])
  })

  test.each([0, 1_000_000])('CMP-02: a bare block is read too (syncBytes %i)', async (syncBytes) => {
    expect(await codec({ syncBytes }).decompress(bareBlock(text), text.length)).toEqual(text)
  })

  test('streams that follow one another are read as one', async () => {
    const streams = Buffer.concat([await foreign.write(text.slice(0, 40_000)), await foreign.write(text.slice(40_000))])
    expect(await codec().decompress(streams, text.length)).toEqual(text)
  })
})

describe('the event loop', () => {
  test('256 KiB is the most that is compressed in the call by default', () => {
    const input = new Uint8Array(262_145)
    expect(codec().compress(input.subarray(1))).toBeInstanceOf(Uint8Array)
    expect(codec().compress(input)).toBeInstanceOf(Promise)
  })

  test('ten blocks of longer ones take ten turns, with nine others between, however many batches they belong to', async () => {
    let turns = 0
    let isDone = false
    const count = (): void => {
      turns++
      if (!isDone) setImmediate(count)
    }
    const { compress } = codec({ syncBytes: 0 })
    const batches = Array.from({ length: 5 }, async () => compress(text.subarray(0, 65_536)))
    setImmediate(count)
    const streams = await Promise.all(batches)
    isDone = true
    expect(turns).toBeGreaterThanOrEqual(9)
    expect(await foreign.read(streams[4]!)).toEqual(Buffer.from(text.subarray(0, 65_536)))
  })
})

describe.each([
  ['in the call', 65_536],
  ['in pieces', 0],
])('what is refused %s', (_, syncBytes) => {
  const decompress = async (input: Uint8Array, maxBytes: number): Promise<Uint8Array> =>
    codec({ syncBytes }).decompress(input, maxBytes)

  test('damaged input is a ProtocolError', async () => {
    const refusal = decompress(Buffer.from('no snappy at all'), 1000)
    await expect(refusal).rejects.toBeInstanceOf(ProtocolError)
    await expect(refusal).rejects.toMatchObject(damaged)
    await expect(refusal).rejects.toThrow('snappy: damaged input: ')
  })

  test.each([
    ['less than it says', [100, 0, 65]],
    ['more than it says', [1, 4, 65, 66]],
    ['nothing at all', []],
    ['a length without end', [255, 255, 255, 255, 255, 1]],
    ['a literal that is cut short', [70, 0xf0, 69, 65]],
    ['a copy from before the beginning', [8, 0, 65, 0x0d, 200]],
  ])('a block with %s is damage', async (__, block) => {
    await expect(decompress(Uint8Array.from(block), 1000)).rejects.toMatchObject(damaged)
    const framed = Uint8Array.of(...header, 0, 0, 0, block.length, ...block)
    await expect(decompress(framed, 1000)).rejects.toMatchObject(damaged)
  })

  test('a result beyond maxBytes is a ProtocolError that names the limit', async () => {
    const refusal = decompress(await codec().compress(text), text.length - 1)
    await expect(refusal).rejects.toMatchObject(damaged)
    await expect(refusal).rejects.toThrow('snappy: the result is longer than 179999 bytes')
  })

  test('a block that says that it is huge takes no room', async () => {
    await expect(decompress(Uint8Array.of(255, 255, 255, 255, 15, 0, 65), 1000)).rejects.toMatchObject(damaged)
  })

  test('maxBytes 0 lets nothing but an empty result through', async () => {
    await expect(decompress(Uint8Array.from(header), 0)).resolves.toHaveLength(0)
    await expect(decompress(await codec().compress(text.subarray(0, 1)), 0)).rejects.toMatchObject(damaged)
  })
})
