import type { VersionLimits } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { apiVersions, ErrorCode, metadata, produce } from '@posthorn/protocol'
import { BrokerVersions } from '../../src/network/brokerVersions.ts'
import { handshake } from '../../src/network/handshake.ts'
import { reasonOf } from '../support/outcome.ts'
import { stage, states } from '../support/stage.ts'

const software = { name: 'posthorn', version: '1.0.0' }

/** A broker that speaks ApiVersions up to `max`, and what it was asked. */
function broker(max: number, answer: object = {}) {
  const asked: number[] = []
  const exchange = (_api: unknown, version: number): Promise<never> => {
    asked.push(version)
    const refused = {
      errorCode: ErrorCode.UNSUPPORTED_VERSION,
      apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: max }],
      ...answer,
    }
    const fine = { errorCode: 0, apiKeys: [{ apiKey: 0, minVersion: 3, maxVersion: 9 }] }
    return Promise.resolve((version > max ? refused : fine) as never)
  }
  return { asked, exchange }
}

describe('asking a broker for its versions', () => {
  it('API-02 begins with the newest, and goes to what the broker names when that is refused', async () => {
    for (const max of [apiVersions.maxVersion, 3, 2, 0]) {
      const { asked, exchange } = broker(max)
      const versions = await handshake(exchange, software, 'b:1')
      expect(asked).toEqual(max === apiVersions.maxVersion ? [max] : [apiVersions.maxVersion, max])
      expect(versions.choose(produce, 'b:1')).toBe(9)
    }
  })

  it('API-02 goes to 0 when the broker names none', async () => {
    const { asked, exchange } = broker(0, { apiKeys: [] })
    await handshake(exchange, software, 'b:1')
    expect(asked).toEqual([apiVersions.maxVersion, 0])
  })

  it('API-03 ends with any other error, and with a broker that refuses what it named itself', async () => {
    const odd = broker(-1, { errorCode: ErrorCode.INVALID_REQUEST })
    expect(await reasonOf(handshake(odd.exchange, software, 'b:1'))).toMatchObject({
      code: 'INVALID_REQUEST',
      broker: 'b:1',
    })
    const never = broker(-1, { apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 2 }] })
    expect((await reasonOf(handshake(never.exchange, software, 'b:1'))).code).toMatch(
      /CONNECTION_FAILED|UNSUPPORTED_VERSION/,
    )
    expect(never.asked.length).toBeLessThanOrEqual(2)
  })
})

describe('the version of a request', () => {
  const speaking = (apiKey: number, minVersion: number, maxVersion: number): BrokerVersions =>
    new BrokerVersions({ apiKeys: [{ apiKey, minVersion, maxVersion }] })

  it('API-06 is the highest of both sides, and at most the limit', () => {
    expect(speaking(0, 0, 99).choose(produce, 'b')).toBe(produce.maxVersion)
    expect(speaking(0, 0, 7).choose(produce, 'b')).toBe(7)
    expect(speaking(0, 0, 99).choose(produce, 'b', 11)).toBe(11)
  })

  it('API-06 does not exist where the ranges do not meet or the API is unknown; the error names both', () => {
    expect(() => speaking(0, 0, 2).choose(produce, 'b:1')).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_VERSION', broker: 'b:1' }),
    )
    expect(() => speaking(0, 0, 2).choose(produce, 'b:1')).toThrow(
      'Produce: we speak versions 3 to 13, broker b:1 speaks 0 to 2; a broker older than Kafka 0.11 needs the plugin',
    )
    expect(() => speaking(3, 0, 2).choose(produce, 'b:1')).toThrow('broker b:1 does not have it')
    expect(() => speaking(3, 50, 60).choose(metadata, 'b:1')).toThrow('broker b:1 speaks 50 to 60')
  })
})

describe('a producer and older brokers', () => {
  const limited: [string, Readonly<Record<string, VersionLimits>>][] = [
    ['Kafka 0.11', { ApiVersions: { max: 1 }, Metadata: { max: 4 }, Produce: { max: 3 } }],
    ['Kafka 2.0', { ApiVersions: { max: 2 }, Metadata: { max: 6 }, Produce: { max: 6 } }],
    ['Kafka 2.8', { ApiVersions: { max: 3 }, Metadata: { max: 11 }, Produce: { max: 9 } }],
    ['Kafka 3.9', { ApiVersions: { max: 4 }, Metadata: { max: 12 }, Produce: { max: 12 } }],
  ]
  for (const [name, apiVersions] of limited) {
    it(`API-02 API-06 ${name}: records arrive with the versions that it has`, async () => {
      const s = stage({ lingerMs: 0 }, { apiVersions })
      const sends = [0, 1, 2].map((partition) => s.send(`${partition}`, partition, { headers: { a: 'b' } }))
      await s.end()
      expect(states(sends)).toEqual(['resolved', 'resolved', 'resolved'])
      for (const { apiName, version } of s.cluster.history) {
        expect(version).toBeLessThanOrEqual(apiVersions[apiName]?.max ?? 0)
      }
      expect(s.stored()).toEqual(['0', '1', '2'])
    })
  }

  it('PRQ-05 RSP-02 NET-07 a broker without a Produce that we speak: the record fails at once, saying so', async () => {
    const s = stage({}, { apiVersions: { Produce: { min: 0, max: 2 } } })
    const sent = s.send('a')
    await s.advance(1000)
    expect(sent.error).toMatchObject({ code: 'UNSUPPORTED_VERSION', retriable: false, maybePersisted: false })
    expect(sent.error?.message).toMatch(
      /^Produce: we speak versions 3 to \d+, broker broker-\d:9092 .*; a broker older than Kafka 0.11 needs/,
    )
    expect(s.requests()).not.toContain('Produce')
    await s.end()
  })

  it('PRQ-11 zstd for a broker without it fails the batch', async () => {
    const zstd = {
      name: 'zstd',
      attribute: 4,
      compress: (input: Uint8Array) => input.slice(),
      decompress: (input: Uint8Array) => input,
    } as const
    const s = stage({ compression: () => zstd }, { apiVersions: { Produce: { max: 6 } } })
    const sent = s.send('a')
    await s.advance(1000)
    expect(sent.error?.code).toBe('UNSUPPORTED_COMPRESSION_TYPE')
    expect(s.requests()).not.toContain('Produce')
    await s.end()
  })
})
