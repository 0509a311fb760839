import { noopLogger } from '@posthorn/contracts'
import type { Codec } from '@posthorn/contracts'
import { describe, expect, it, vi } from 'vitest'
import { legacyBrokers } from '../src/index.ts'
import { oldProduce } from '../src/oldProduce.ts'
import { xxHash32 } from '../src/xxHash32.ts'
import { appended, plugin } from './support/appended.ts'
import { readMessages } from './support/readMessages.ts'

const record = { timestamp: 1, key: null, value: new Uint8Array([1]) }

describe('what the old formats cannot hold', () => {
  it('REC-11 PRQ-04 headers are refused, by an error that says how to drop them', () => {
    const batch = appended([record, { ...record, headers: 2 }])
    const refused = expect.objectContaining({
      code: 'UNSUPPORTED_VERSION',
      topic: 't',
      partition: 0,
      message: expect.stringMatching(/^1 of 2 record\(s\) for t-0 .* legacyBrokers\(\{ headers: 'drop' \}\)/) as string,
    }) as Error
    expect(() => plugin().messages(batch, null, 2)).toThrow(refused)
  })

  it('PRQ-04 headers are dropped when told to, and the log says so once', async () => {
    const warn = vi.fn()
    const lenient = plugin({ headers: 'drop' }, { ...noopLogger, warn })
    for (let i = 0; i < 2; i++) {
      const messages = await lenient.messages(appended([{ ...record, headers: 1 }, record]), null, 2)
      expect(readMessages(messages).map(({ value }) => value?.length)).toEqual([1, 1])
    }
    expect(warn).toHaveBeenCalledTimes(1)
  })

  it('REC-11 PRQ-04 zstd is refused', () => {
    const zstd: Codec = { name: 'zstd', attribute: 4, compress: (input) => input, decompress: (input) => input }
    const refused = expect.objectContaining({ code: 'UNSUPPORTED_COMPRESSION_TYPE' }) as Error
    expect(() => plugin().messages(appended([record]), zstd, 2)).toThrow(refused)
  })

  it('what a codec throws, and how it rejects, reaches the producer', async () => {
    const broken = (compress: (input: Uint8Array) => Promise<Uint8Array>): Codec => ({
      name: 'gzip',
      attribute: 1,
      compress,
      decompress: compress,
    })
    const error = new Error('broken')
    const throwing = broken(() => {
      throw error
    })
    expect(() => plugin().messages(appended([record]), throwing, 1)).toThrow(error)
    const rejecting = broken(() => Promise.reject(error))
    await expect(plugin().messages(appended([record]), rejecting, 1)).rejects.toBe(error)
  })

  it('records that are cut off are refused', () => {
    const batch = appended([record])
    const short = { ...batch, records: batch.records.subarray(0, -1) }
    expect(() => plugin().messages(short, null, 1)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_BATCH' }) as Error,
    )
  })
})

describe('options', () => {
  it.each([
    [{ headers: 'keep' }, /headers: expected 'refuse' or 'drop', received "keep"/],
    [{ headers: null }, /received object/],
    [{ askTimeoutMs: -1 }, /askTimeoutMs: expected a whole number from 0 to 30000, received -1/],
    [{ askTimeoutMs: 1.5 }, /received 1.5/],
  ])('%o is refused', (options, message) => {
    expect(() => legacyBrokers(options as never)).toThrow(message)
  })

  it('brokers are asked for 2 seconds, or as told', () => {
    expect(plugin().askTimeoutMs).toBe(2000)
    expect(plugin({ askTimeoutMs: 0 }).askTimeoutMs).toBe(0)
  })
})

describe('Produce before version 3', () => {
  const request = {
    acks: -1,
    timeoutMs: 30_000,
    topics: [{ name: 'ab', partitions: [{ index: 7, messages: new Uint8Array([9, 9]) }] }],
  }

  it('has no transactional id', () => {
    const expected = 'ffff00007530' + '00000001' + '00026162' + '00000001' + '00000007' + '00000002' + '0909'
    for (const version of [0, 1, 2]) {
      const bytes = oldProduce.encodeRequest(request, version)
      expect(Buffer.from(bytes).toString('hex')).toBe(expected)
      expect(oldProduce.decodeRequest(bytes, version)).toEqual(request)
    }
  })

  it.each([
    { version: 0, hex: '00000001000261620000000100000007000a0000000000000102', time: -1, throttle: 0 },
    { version: 1, hex: '00000001000261620000000100000007000a000000000000010200000005', time: -1, throttle: 5 },
    {
      version: 2,
      hex: '00000001000261620000000100000007000a0000000000000102000000000000006400000005',
      time: 100,
      throttle: 5,
    },
  ])('v$version is answered without what came later', ({ version, hex, time, throttle }) => {
    const partition = { index: 7, errorCode: 10, baseOffset: 258n, logAppendTimeMs: time }
    const response = { throttleTimeMs: throttle, topics: [{ name: 'ab', partitions: [partition] }] }
    expect(oldProduce.decodeResponse(Buffer.from(hex, 'hex'), version)).toEqual(response)
    expect(Buffer.from(oldProduce.encodeResponse(response, version)).toString('hex')).toBe(hex)
  })

  it('is not spoken from version 3 on', () => {
    expect(() => oldProduce.encodeRequest(request, 3)).toThrow(/versions 0 to 2/)
  })
})

it.each([
  ['', 0x02cc5d05],
  ['a', 0x550d7456],
  ['abc', 0x32d153ff],
  ['Nobody inspects the spammish repetition', 0xe2293b2f],
])('XXH32 of "%s"', (text, hash) => {
  expect(xxHash32(new TextEncoder().encode(text))).toBe(hash)
})
