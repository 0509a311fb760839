import type { Plugin, SaslMechanism } from '@posthorn/contracts'
import { AuthenticationError, ConfigError } from '@posthorn/contracts'
import { createProducer } from 'posthorn'
import { describe, expect, it } from 'vitest'
import { oauthBearer, plain, scramSha256, scramSha512, unsecuredToken } from '../src/index.ts'
import { stage } from './support/stage.ts'

const alice = { username: 'alice', password: 'alice-secret' }
const mechanisms: readonly (readonly [
  string,
  (given: { username: string; password: string }) => Plugin<SaslMechanism>,
])[] = [
  ['PLAIN', plain],
  ['SCRAM-SHA-256', scramSha256],
  ['SCRAM-SHA-512', scramSha512],
]

describe.each(mechanisms)('%s', (name, make) => {
  it('SAS-01 SAS-08 SAS-09: logs in on every connection, after ApiVersions and before anything else', async () => {
    const { cluster, producer, until, stored } = stage()
    const it = producer(make(alice))
    const sends = Array.from({ length: 6 }, (_, partition) =>
      it.send({ topic: 'orders', partition, value: `${partition}` }),
    )
    await until(Promise.all(sends))
    expect(stored().sort()).toEqual(['0', '1', '2', '3', '4', '5'])
    const byConnection = Map.groupBy(cluster.history, ({ connection }) => connection)
    for (const requests of byConnection.values()) {
      const names = requests.map(({ apiName }) => apiName)
      const tokens = name === 'PLAIN' ? 1 : 2
      expect(names.slice(0, 2 + tokens)).toEqual([
        'ApiVersions',
        'SaslHandshake',
        ...Array.from({ length: tokens }, () => 'SaslAuthenticate'),
      ])
      expect(names.slice(2 + tokens).filter((each) => each.startsWith('Sasl'))).toEqual([])
      // SAS-03: never more than version 1, and SaslAuthenticate in the latest.
      expect(requests[1]).toMatchObject({ version: 1, body: { mechanism: name } })
      expect(requests[2]).toMatchObject({ version: 2 })
    }
    await until(it.close())
  })

  it.each([
    ['wrong password', { ...alice, password: 'other' }],
    ['unknown user', { username: 'mallory', password: 'alice-secret' }],
  ])('SAS-05: %s is an authentication error for whoever waits, and the next one tries again', async (_, wrong) => {
    const { clock, cluster, producer, until } = stage({ brokers: 1 })
    const it = producer(make(wrong))
    const started = clock.now()
    const error = await until(it.send({ topic: 'orders', value: 'a' }).catch((reason: unknown) => reason))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED', retriable: false, broker: 'broker-0:9092' })
    expect((error as Error).message).toContain(
      `broker broker-0:9092 refused the credentials (${name}). The broker says: `,
    )
    expect(clock.now() - started).toBeLessThan(10_000)
    cluster.setPassword(wrong.username, wrong.password)
    await until(it.send({ topic: 'orders', value: 'b' }))
    await until(it.close())
  })

  it('SAS-05: reconnects no sooner than the back-off allows', async () => {
    const { clock, cluster, producer, until } = stage({ brokers: 1 })
    const it = producer(make({ ...alice, password: 'other' }), { reconnectBackoffMs: 50, reconnectBackoffMaxMs: 1000 })
    it.send({ topic: 'orders', value: 'a' }).catch(() => {})
    await clock.advance(60_000)
    const logins = cluster.history.filter(({ apiName }) => apiName === 'SaslHandshake')
    // 50, 100, 200, 400, 800 ms, then 1 s, each a fifth more or less.
    expect(logins.length).toBeGreaterThan(40)
    expect(logins.length).toBeLessThan(82)
    await until(it.close())
  })

  it('SAS-02: speaks bare tokens with brokers before Kafka 1.0', async () => {
    const { cluster, producer, until, stored } = stage({
      apiVersions: { SaslAuthenticate: null, SaslHandshake: { max: 0 } },
    })
    const it = producer(make(alice))
    await until(it.send({ topic: 'orders', value: 'old' }))
    expect(stored()).toEqual(['old'])
    expect(cluster.history.filter(({ apiName }) => apiName === 'SaslHandshake')[0]?.version).toBe(0)
    await until(it.close())
  })

  it('SAS-06: a broker before Kafka 1.0 that refuses only closes, which is tried again', async () => {
    const { clock, producer, until } = stage({ brokers: 1, apiVersions: { SaslAuthenticate: null } })
    const it = producer(make({ ...alice, password: 'other' }), { maxBlockMs: 5000 })
    const error = await until(it.send({ topic: 'orders', value: 'a' }).catch((reason: unknown) => reason))
    expect(error).toMatchObject({ code: 'METADATA_TIMEOUT', cause: { code: 'NETWORK_EXCEPTION', retriable: true } })
    expect((error as { cause: Error }).cause.message).toContain(`while we logged in (${name})`)
    expect(clock.now()).toBeGreaterThanOrEqual(5000)
    await until(it.close())
  })

  it.each([
    ['a=b,c', 'p,=ssword'],
    ['zoë', 'naïve'],
  ])('SAS-09: takes the name %s', async (username, password) => {
    const { producer, until, stored } = stage()
    const it = producer(make({ username, password }))
    await until(it.send({ topic: 'orders', value: 'x' }))
    expect(stored()).toEqual(['x'])
    await until(it.close())
  })

  it.each(['username', 'password'] as const)('SAS-08: a missing %s is a configuration error at once', (key) => {
    for (const value of [undefined, '', null, 42]) {
      expect(() => make({ ...alice, [key]: value })).toThrow(ConfigError)
    }
  })
})

describe('a mechanism that the broker does not offer', () => {
  it('SAS-05: is an error that lists those it does', async () => {
    const { producer, until } = stage({ sasl: { users: {}, mechanisms: ['SCRAM-SHA-512', 'OAUTHBEARER'] } })
    const it = producer(plain(alice))
    const error = await until(it.send({ topic: 'orders', value: 'a' }).catch((reason: unknown) => reason))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ code: 'UNSUPPORTED_SASL_MECHANISM' })
    expect((error as Error).message).toMatch(
      /^broker broker-\d:9092 does not take SASL mechanism PLAIN; it offers SCRAM-SHA-512, OAUTHBEARER$/,
    )
    await until(it.close())
  })

  it('SAS-05: nor any other: the listener asks for none', async () => {
    const { producer, until } = stage({ sasl: undefined })
    const it = producer(plain(alice))
    const error = await until(it.send({ topic: 'orders', value: 'a' }).catch((reason: unknown) => reason))
    expect(error).toMatchObject({ code: 'ILLEGAL_SASL_STATE' })
    expect((error as Error).message).toContain('it offers no SASL mechanism on this listener')
    await until(it.close())
  })
})

describe('OAUTHBEARER', () => {
  it('SAS-11: logs in with an unsecured token', async () => {
    const { producer, until, stored } = stage()
    const it = producer(oauthBearer({ token: unsecuredToken({ subject: 'alice' }) }))
    await until(it.send({ topic: 'orders', value: 'x' }))
    expect(stored()).toEqual(['x'])
    await until(it.close())
  })

  it('SAS-11: a token that is refused is answered with one byte, and the error is the broker’s', async () => {
    const { cluster, producer, until } = stage({ sasl: { verifyToken: () => ({ refused: 'insufficient_scope' }) } })
    const it = producer(oauthBearer({ token: () => 'opaque' }))
    const error = await until(it.send({ topic: 'orders', value: 'a' }).catch((reason: unknown) => reason))
    expect(error).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED' })
    expect((error as Error).message).toContain('The broker says: {"status":"insufficient_scope"}')
    const tokens = cluster.history.filter(({ apiName }) => apiName === 'SaslAuthenticate')
    expect(tokens[1]?.body).toMatchObject({ authBytes: Uint8Array.of(1) })
    await until(it.close())
  })
})

describe('a transport that does not encrypt', () => {
  const insecure = (sasl: Plugin<SaslMechanism>) => () => createProducer({ bootstrapServers: 'localhost:9092', sasl })

  it('is refused at once for credentials in the clear, unless they may be', async () => {
    expect(insecure(plain(alice))).toThrow(ConfigError)
    expect(insecure(plain(alice))).toThrow(/^sasl: PLAIN sends credentials .* transport tcp does not encrypt/)
    expect(insecure(oauthBearer({ token: () => 'x' }))).toThrow(/allowPlaintext: true/)
    await insecure(plain({ ...alice, allowPlaintext: true }))().close()
    await insecure(scramSha256(alice))().close()
  })
})
