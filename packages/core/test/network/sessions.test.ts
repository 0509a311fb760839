import { AuthenticationError } from '@posthorn/contracts'
import type { ClusterOptions, SeizedRequest } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { nameMechanism } from '../support/mechanism.ts'
import type { Stage } from '../support/stage.ts'
import { stage } from '../support/stage.ts'

const users = { alice: 'secret', bob: 'secret' }

/** A producer of one broker whose sessions last so long. */
function sessions(lifetimeMs: number, cluster: ClusterOptions = {}, seed = 1) {
  const { plugin, it: mechanism } = nameMechanism()
  const sasl = { users, sessionLifetimeMs: lifetimeMs }
  const s = stage({ sasl: plugin, lingerMs: 0 }, { brokers: 1, topics: { orders: 1 }, sasl, ...cluster }, seed)
  return { ...s, mechanism }
}

const handshakes = (s: Stage): SeizedRequest[] => s.cluster.history.filter(({ apiName }) => apiName === 'SaslHandshake')

const warnings = (s: Stage): string[] =>
  s.logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)

/** Names of the requests that came over the connection that data goes over, in their order. */
function onDataConnection(s: Stage): string[] {
  const { connection } = s.cluster.history.findLast(({ apiName }) => apiName === 'Produce')!
  return s.cluster.history.filter((request) => request.connection === connection).map(({ apiName }) => apiName)
}

/** Sends one record every `everyMs` for `ms`. */
async function load(s: Stage, ms: number, everyMs = 10): Promise<string[]> {
  const sent: string[] = []
  for (let t = 0; t < ms; t += everyMs) {
    s.send(`${t}`)
    sent.push(`${t}`)
    await s.advance(everyMs)
  }
  return sent
}

describe('a session that ends', () => {
  it('REA-01 is renewed at a random point from 85 to 95 % of its lifetime', async () => {
    const parts: number[] = []
    for (let seed = 1; seed <= 12; seed++) {
      const s = sessions(10_000, {}, seed)
      await load(s, 30_000, 50)
      const { connection } = s.cluster.history.findLast(({ apiName }) => apiName === 'Produce')!
      const times = handshakes(s).filter((request) => request.connection === connection)
      expect(times.length).toBeGreaterThanOrEqual(3)
      for (let i = 1; i < times.length; i++) parts.push((times[i]!.at - times[i - 1]!.at) / 10_000)
      await s.end()
    }
    // The next record comes up to 50 ms later.
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(0.85)
    expect(Math.max(...parts)).toBeLessThanOrEqual(0.956)
    expect(Math.min(...parts)).toBeLessThan(0.87)
    expect(Math.max(...parts)).toBeGreaterThan(0.93)
  })

  it('REA-01 is not renewed when the broker says that it does not end', async () => {
    const s = sessions(0)
    await load(s, 5000, 100)
    expect(s.mechanism.starts).toBe(new Set(handshakes(s).map(({ connection }) => connection)).size)
    await s.end()
  })

  it('REA-02 is renewed when something is to be sent, on the same connection, before it and without ApiVersions', async () => {
    const s = sessions(2000)
    s.send('a')
    await s.advance(100)
    const before = onDataConnection(s)
    // Long after the session has ended, nothing has happened: nobody wanted to send.
    await s.advance(60_000)
    expect(onDataConnection(s)).toEqual(before)
    const late = s.send('b')
    await s.advance(100)
    expect(late.state).toBe('resolved')
    expect(onDataConnection(s).slice(before.length)).toEqual(['SaslHandshake', 'SaslAuthenticate', 'Produce'])
    expect(warnings(s)).toEqual([])
    await s.end()
  })

  it('REA-03 loses and reorders nothing while answers to earlier requests are on their way', async () => {
    const s = sessions(1500, { latencyMs: 40 })
    const sent = await load(s, 12_000, 5)
    await s.advance(1000)
    expect(s.stored()).toEqual(sent)
    expect(handshakes(s).length).toBeGreaterThan(8)
    expect(new Set(handshakes(s).map(({ connection }) => connection)).size).toBeLessThanOrEqual(2)
    expect(warnings(s)).toEqual([])
    await s.end()
  })

  it('REA-04 is not renewed within a second, however short it is', async () => {
    const s = sessions(500)
    const sent = await load(s, 10_000, 20)
    await s.advance(1000)
    expect(s.stored()).toEqual(sent)
    const times = handshakes(s).filter(({ connection }) => connection === handshakes(s).at(-1)!.connection)
    for (let i = 1; i < times.length; i++) expect(times[i]!.at - times[i - 1]!.at).toBeGreaterThanOrEqual(1000)
    expect(warnings(s)).toEqual([])
    await s.end()
  })

  it('REA-04 that the broker does not renew ends the connection as a refusal, and what waits goes over the next', async () => {
    const s = sessions(2000)
    s.send('a')
    await s.advance(100)
    s.mechanism.name = 'bob'
    await s.advance(1900)
    const caught = s.send('b')
    await s.advance(200)
    expect(caught.state).toBe('resolved')
    expect(s.stored()).toEqual(['a', 'b'])
    expect(warnings(s).join()).toMatch(/refused the credentials \(PLAIN\)\. The broker says: Cannot change principals/)
    await s.end()
  })

  it('REA-05 that the broker ends before we know is like any lost connection', async () => {
    const s = sessions(2000)
    const change = (answer: object) => ({ ...answer, sessionLifetimeMs: 3_600_000n })
    s.cluster.intercept('SaslAuthenticate', { change })
    const sent = await load(s, 8000, 50)
    await s.advance(2000)
    expect([...new Set(s.stored())]).toEqual(sent)
    expect(warnings(s).join()).toMatch(/closed the connection/)
    expect(warnings(s).join()).not.toMatch(/credentials/)
    await s.end()
  })
})

describe('a mechanism that takes its time', () => {
  it('REA-02 lets requests go until it has what it needs, though not beyond the end of the session', async () => {
    const s = sessions(10_000)
    s.send('a')
    await s.advance(9600)
    const { promise, resolve } = Promise.withResolvers<undefined>()
    s.mechanism.before = promise
    const meanwhile = s.send('b')
    await s.advance(100)
    expect(meanwhile.state).toBe('resolved')
    expect(s.mechanism.starts).toBe(handshakes(s).length + 1)
    await s.advance(400)
    const beyond = s.send('c')
    await s.advance(500)
    expect(beyond.state).toBe('pending')
    resolve(undefined)
    await s.advance(100)
    expect(beyond.state).toBe('resolved')
    expect(warnings(s)).toEqual([])
    await s.end()
  })

  it('REA-04 and then fails lets what is in flight be answered before the connection ends', async () => {
    const s = sessions(10_000, { latencyMs: 50 })
    s.send('a')
    await s.advance(10_600)
    const { promise, reject } = Promise.withResolvers<undefined>()
    s.mechanism.before = promise
    const inFlight = s.send('b')
    await s.advance(20)
    s.mechanism.before = null
    reject(new Error('the vault is sealed'))
    await s.advance(10)
    expect(inFlight.state).toBe('pending')
    await s.advance(1000)
    expect(inFlight.state).toBe('resolved')
    expect(s.stored()).toEqual(['a', 'b'])
    expect(warnings(s).join()).toMatch(/PLAIN: no login at broker broker-0:9092: the vault is sealed/)
    await s.end()
  })

  it('CON-07 SAS-05 is not waited for longer than setting up a connection may take', async () => {
    const s = sessions(0)
    s.mechanism.before = new Promise(() => {})
    const sent = s.send('a')
    await s.advance(9999)
    expect(s.mechanism.starts).toBe(1)
    expect(warnings(s)).toEqual([])
    await s.advance(2)
    expect(warnings(s)).toEqual(['no login at broker-0:9092 (PLAIN) within 10000 ms of connecting'])
    s.mechanism.before = null
    await s.advance(2000)
    expect(sent.state).toBe('resolved')
    await s.end()
  })
})

describe('a login', () => {
  it('SAS-16 comes before any request, whatever waits', async () => {
    const s = sessions(0)
    const { promise, resolve } = Promise.withResolvers<undefined>()
    s.mechanism.before = promise
    s.send('a')
    await s.advance(3000)
    expect(s.cluster.history.map(({ apiName }) => apiName)).toEqual(['ApiVersions'])
    resolve(undefined)
    await s.advance(100)
    expect(s.stored()).toEqual(['a'])
    await s.end()
  })

  it('SAS-04 NET-19 numbers its requests from those that are kept for it', async () => {
    const s = sessions(1500)
    await load(s, 12_000, 100)
    const isOurs = ({ apiName }: SeizedRequest) => apiName.startsWith('Sasl')
    const ids = s.cluster.history.filter(isOurs).map(({ correlationId }) => correlationId)
    expect(ids.length).toBeGreaterThan(10)
    for (const id of ids) expect(id).toBeGreaterThanOrEqual(2_147_483_640)
    const others = s.cluster.history.filter((request) => !isOurs(request))
    for (const { correlationId } of others) expect(correlationId).toBeLessThan(2_147_483_640)
    await s.end()
  })

  it('SAS-03 never speaks a higher handshake than version 1, whatever the broker says', async () => {
    const s = sessions(0)
    const bump = (answer: { apiKeys: { apiKey: number; minVersion: number; maxVersion: number }[] }) => ({
      ...answer,
      apiKeys: answer.apiKeys.map((range) => (range.apiKey === 17 ? { ...range, maxVersion: 2 } : range)),
    })
    s.cluster.intercept('ApiVersions', { change: bump })
    s.send('a')
    await s.advance(100)
    expect(s.stored()).toEqual(['a'])
    expect(handshakes(s)[0]?.version).toBe(1)
    await s.end()
  })

  it('SAS-05 that a broker keeps asking about is given up', async () => {
    const { plugin } = nameMechanism()
    const endless = (): object => ({
      first: new Uint8Array(1),
      step: () => ({ response: new Uint8Array(1), done: false }),
    })
    const sasl = { mechanisms: [{ name: 'PLAIN', start: () => ({ answer: () => ({ token: new Uint8Array(9) }) }) }] }
    const s = stage(
      { sasl: (env) => ({ ...plugin(env), start: endless as never }), maxBlockMs: 5000 },
      { brokers: 1, sasl },
    )
    const sent = s.send('a')
    await s.advance(100)
    expect(sent.error).toBeInstanceOf(AuthenticationError)
    expect(sent.error?.message).toBe('PLAIN: broker broker-0:9092 asked for more than 16 tokens')
    await s.end()
  })

  it('SAS-05 over which the mechanism says nothing, and is not done, is refused', async () => {
    const { plugin } = nameMechanism()
    const stuck = (): object => ({ first: new Uint8Array(1), step: () => ({ response: null, done: false }) })
    const sasl = { mechanisms: [{ name: 'PLAIN', start: () => ({ answer: () => ({ token: new Uint8Array(9) }) }) }] }
    const s = stage({ sasl: (env) => ({ ...plugin(env), start: stuck as never }) }, { brokers: 1, sasl })
    const sent = s.send('a')
    await s.advance(100)
    expect(sent.error?.message).toMatch(/has nothing to say, but the mechanism is not done/)
    await s.end()
  })

  it('closes the mechanism with the producer', async () => {
    let closed = 0
    const { plugin } = nameMechanism()
    const close = (): void => {
      closed++
    }
    const s = stage({ sasl: (env) => ({ ...plugin(env), close }) }, { sasl: { users } })
    s.send('a')
    await s.advance(100)
    expect(closed).toBe(0)
    await s.end()
    expect(closed).toBe(1)
  })
})
