import type { SaslMechanism } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import { VirtualClock } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import type { BearerToken, TokenContext } from '../src/index.ts'
import { oauthBearer } from '../src/index.ts'
import { refreshDelay } from '../src/tokenSource.ts'
import { address, bytes, env, text } from './support/exchange.ts'

const minute = 60_000

/** A mechanism on a service whose tokens are numbered and live for so long, with what it was asked. */
function numbered(lifeMs: number, options: { fail?: () => boolean; tookMs?: number } = {}) {
  const clock = new VirtualClock()
  const asked: number[] = []
  const provide = async ({ clock: given }: TokenContext): Promise<BearerToken> => {
    asked.push(given.now())
    const value = `t${asked.length}`
    await new Promise<void>((resolve) => given.schedule(options.tookMs ?? 10, resolve))
    if (options.fail?.() === true) throw new Error('the service is down')
    return { value, expiresAtMs: given.epochMs() + lifeMs }
  }
  const mechanism = oauthBearer({ token: provide })(env(clock))
  return { clock, asked, mechanism }
}

async function firstOf(mechanism: SaslMechanism, signal = new AbortController().signal): Promise<string> {
  return text((await mechanism.start(address, signal)).first)
}

describe('tokens', () => {
  it('SAS-12: are fetched once for all connections that wait, and kept', async () => {
    const { clock, asked, mechanism } = numbered(60 * minute)
    const firsts = Promise.all(Array.from({ length: 20 }, () => firstOf(mechanism)))
    expect(new Set(await clock.runUntil(firsts))).toEqual(new Set(['n,,\x01auth=Bearer t1\x01\x01']))
    expect(await firstOf(mechanism)).toContain('t1')
    expect(asked).toEqual([0])
    mechanism.close?.()
    expect(clock.pending).toBe(0)
  })

  it('SAS-12: are replaced in the background after 80 to 85 % of their life, without anybody waiting', async () => {
    const { clock, asked, mechanism } = numbered(60 * minute)
    await clock.runUntil(firstOf(mechanism))
    await clock.advance(0.82 * 60 * minute)
    expect(asked).toHaveLength(1)
    await clock.advance(0.01 * 60 * minute)
    expect(asked).toHaveLength(2)
    expect(await firstOf(mechanism)).toContain('t2')
    await clock.advance(24 * 60 * minute)
    // Every 49.5 minutes, one after another.
    expect(asked).toHaveLength(2 + 29)
    mechanism.close?.()
  })

  it.each([
    // Life, chance, expected: the window; 300 s before the end; margins that do not fit.
    [60, 0, 48],
    [60, 1, 51],
    [10, 0, 5],
    [6, 0, 1],
    [5.9, 0, 0.8 * 5.9],
    [1, 1, 0.85],
  ])('SAS-12: with a life of %d min are replaced after so many', (life, chance, expected) => {
    expect(refreshDelay(life * minute, chance) / minute).toBeCloseTo(expected, 9)
  })

  it('SAS-12: that cannot be replaced yet hold as long as they may, and the service is asked on', async () => {
    let down = false
    const { clock, asked, mechanism } = numbered(60 * minute, { fail: () => down })
    await clock.runUntil(firstOf(mechanism))
    down = true
    await clock.advance(55 * minute)
    expect(await firstOf(mechanism)).toContain('t1')
    // Every 10 s since minute 49.5.
    expect(asked.length).toBeGreaterThan(30)
    await clock.advance(6 * minute)
    await expect(clock.runUntil(firstOf(mechanism))).rejects.toThrow('the service is down')
    down = false
    expect(await clock.runUntil(firstOf(mechanism))).toMatch(/t\d+/)
    mechanism.close?.()
    expect(clock.pending).toBe(0)
  })

  it('SAS-15: without an end are asked for at each login', async () => {
    let count = 0
    const mechanism = oauthBearer({ token: () => `t${++count}` })(env())
    expect([await firstOf(mechanism), await firstOf(mechanism)].map((first) => /t\d/.exec(first)?.[0])).toEqual([
      't1',
      't2',
    ])
  })

  it('that a broker refuses are fetched anew, though not more often than once a minute', async () => {
    const { clock, asked, mechanism } = numbered(60 * minute)
    const login = async (): Promise<void> => {
      const session = await clock.runUntil(Promise.resolve(mechanism.start(address, new AbortController().signal)))
      await session.step(bytes('{"status":"invalid_token"}'))
    }
    await login()
    await login()
    expect(asked).toHaveLength(1)
    await clock.advance(minute)
    await login()
    await login()
    expect(asked).toHaveLength(2)
    mechanism.close?.()
  })

  it('are not waited for by a connection that is given up, while others still get them', async () => {
    const { clock, mechanism } = numbered(60 * minute, { tookMs: 1000 })
    const abort = new AbortController()
    const givenUp = firstOf(mechanism, abort.signal)
    const other = firstOf(mechanism)
    const reason = new Error('no longer wanted')
    abort.abort(reason)
    await expect(givenUp).rejects.toBe(reason)
    expect(await clock.runUntil(other)).toContain('t1')
    mechanism.close?.()
  })
})

describe('what is sent of a token', () => {
  const first = (given: string | BearerToken, extensions = {}) =>
    firstOf(oauthBearer({ token: () => given, extensions })(env()))

  it('SAS-11: is the token with its extensions, which win over those of the mechanism', async () => {
    expect(await first({ value: 'a.b-c_~+/9==', extensions: { b: '2 x' } }, { a: '1', b: '1' })).toBe(
      'n,,\x01auth=Bearer a.b-c_~+/9==\x01a=1\x01b=2 x\x01\x01',
    )
  })

  it.each([
    ['an extension named auth', { auth: 'x' }],
    ['a name that has more than letters', { 'a-b': 'x' }],
    ['an empty name', { '': 'x' }],
    ['a value with a control character', { a: 'x\x01y' }],
    ['an empty value', { a: '' }],
  ])('SAS-11: is refused with %s', async (_, extensions) => {
    await expect(first('token', extensions)).rejects.toThrow(/^OAUTHBEARER: SASL extension/)
  })

  it.each(['two words', 'a\x01b', 'naïve', '=', 'a=b'])(
    'SAS-11: is refused with characters that no token has: %j',
    async (value) => {
      await expect(first(value)).rejects.toThrow('OAUTHBEARER: the token has characters that no bearer token may have')
    },
  )

  it.each([undefined, null, 42, '', {}, { value: '' }, { value: 'x', expiresAtMs: Number.NaN }])(
    'is refused when the provider gives %j',
    async (given) => {
      await expect(first(given as string)).rejects.toThrow(/^the token provider gave/)
    },
  )

  it('takes nothing but a function for a provider', () => {
    expect(() => oauthBearer({ token: 'eyJ' as never })).toThrow(ConfigError)
  })
})
