import { AuthenticationError, ConfigError, ConnectionError } from '@posthorn/contracts'
import { VirtualClock } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import type { ClientCredentialsOptions, TokenContext } from '../src/index.ts'
import { clientCredentials } from '../src/index.ts'
import { env } from './support/exchange.ts'

interface Asked {
  readonly url: string
  readonly authorization: string | null
  readonly body: Readonly<Record<string, string>>
  readonly at: number
}

type Answer = () => Response | Promise<Response>

const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
const token = (more: object = { expires_in: 900 }): Response =>
  json({ access_token: 'abc.def', token_type: 'Bearer', ...more })

/** A grant at a service that answers with these, the last one over and over. */
function grant(answers: readonly Answer[], options: Partial<ClientCredentialsOptions> = {}) {
  const clock = new VirtualClock()
  const asked: Asked[] = []
  const fetching = async (url: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers)
    const body = Object.fromEntries(new URLSearchParams(await new Response(init.body ?? null).text()))
    asked.push({ url, authorization: headers.get('authorization'), body, at: clock.now() })
    const stopped = new Promise<never>((_, reject) =>
      init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))),
    )
    return Promise.race([answers[Math.min(asked.length, answers.length) - 1]!(), stopped])
  }
  const provide = clientCredentials({
    tokenEndpoint: 'https://id.example/token?tenant=1',
    clientId: 'id',
    clientSecret: 'a b&c',
    fetch: fetching as unknown as typeof fetch,
    ...options,
  })
  const abort = new AbortController()
  const { logger, random } = env(clock)
  const context: TokenContext = { signal: abort.signal, clock, random, logger }
  const outcome = async (): Promise<unknown> =>
    clock.runUntil(Promise.resolve(provide(context)).catch((error: unknown) => error))
  return { clock, asked, abort, outcome, provide: () => provide(context) }
}

describe('client credentials', () => {
  it('SAS-13: are sent as RFC 6749 says, and the token holds from when it was asked for', async () => {
    const { asked, outcome, clock } = grant([() => token()], { scope: 'kafka', parameters: { audience: 'cluster' } })
    expect(await outcome()).toEqual({ value: 'abc.def', expiresAtMs: clock.epochMs() + 900_000 })
    expect(asked).toEqual([
      {
        url: 'https://id.example/token?tenant=1',
        // Both parts are encoded as in a form before they are joined (RFC 6749, section 2.3.1).
        authorization: `Basic ${Buffer.from('id:a+b%26c').toString('base64')}`,
        body: { grant_type: 'client_credentials', scope: 'kafka', audience: 'cluster' },
        at: 0,
      },
    ])
  })

  it('SAS-13: go into the body where that is asked for', async () => {
    const { asked, outcome } = grant([() => token()], { authentication: 'post' })
    await outcome()
    expect(asked[0]).toMatchObject({ authorization: null, body: { client_id: 'id', client_secret: 'a b&c' } })
  })

  it('SAS-15: are asked for with each token', async () => {
    let secret = 'one'
    const { asked, outcome } = grant([() => token()], {
      clientSecret: () => Promise.resolve(secret),
      authentication: 'post',
    })
    await outcome()
    secret = 'two'
    await outcome()
    expect(asked.map(({ body }) => body['client_secret'])).toEqual(['one', 'two'])
  })

  it('SAS-13: take the end of the token from the token itself where the service does not tell', async () => {
    const claims = Buffer.from(JSON.stringify({ exp: 1_700_000_600 })).toString('base64url')
    const given = (value: string): Promise<unknown> => grant([() => token({ access_token: value })]).outcome()
    expect(await given(`e.${claims}.s`)).toMatchObject({ expiresAtMs: 1_700_000_600_000 })
    expect(await given('opaque')).toEqual({ value: 'opaque', expiresAtMs: undefined })
  })

  it.each<[string, Answer]>([
    [
      'no connection',
      () =>
        Promise.reject(
          Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
        ),
    ],
    ['503', () => new Response('busy', { status: 503 })],
    ['429', () => json({}, 429)],
    ['408', () => json({}, 408)],
  ])('SAS-13: are tried again after %s, with exponential back-off', async (_, failing) => {
    const { asked, outcome } = grant([failing, failing, failing, failing, () => token()])
    expect(await outcome()).toMatchObject({ value: 'abc.def' })
    // 100, 200, 400, 800 ms; the chance of the test's is in the middle.
    expect(asked.map(({ at }) => Math.round(at))).toEqual([0, 100, 300, 700, 1500])
  })

  it('SAS-13: are given up after retryBackoffMaxMs, and that may pass', async () => {
    const { clock, outcome } = grant([() => new Response('', { status: 500 })])
    const error = await outcome()
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({
      code: 'CONNECTION_FAILED',
      retriable: true,
      message: 'no token from https://id.example/token: status 500',
    })
    expect(clock.now()).toBeLessThanOrEqual(10_000)
    expect(clock.now()).toBeGreaterThan(5000)
  })

  it('SAS-13: are not waited for longer than requestTimeoutMs', async () => {
    const { outcome, asked } = grant([() => new Promise(() => {}), () => token()], { requestTimeoutMs: 2000 })
    expect(await outcome()).toMatchObject({ value: 'abc.def' })
    expect(asked[1]?.at).toBeCloseTo(2100, 0)
  })

  it.each([
    [400, { error: 'invalid_scope' }, 'status 400 invalid_scope'],
    [401, { error: 'invalid_client', error_description: 'a b&c' }, 'status 401 invalid_client'],
    [403, {}, 'status 403'],
    [404, 'not found', 'status 404'],
    [200, { token_type: 'Bearer' }, 'the answer is not one of OAuth 2.0'],
    [200, { access_token: 'abc', token_type: 'mac' }, 'the answer is not one of OAuth 2.0'],
  ])('SAS-13: that are refused with %s %j fail at once', async (status, body, why) => {
    const { asked, outcome } = grant([() => json(body, status)])
    const error = await outcome()
    expect(error).toBeInstanceOf(AuthenticationError)
    expect((error as Error).message).toBe(`https://id.example/token gave no token: ${why}`)
    expect((error as Error).cause).toBeUndefined()
    expect(asked).toHaveLength(1)
  })

  it('end with the producer', async () => {
    const { clock, abort, provide } = grant([() => new Response('', { status: 500 })])
    const reason = new Error('closed')
    const work = Promise.resolve(provide()).catch((error: unknown) => error)
    await clock.advance(50)
    abort.abort(reason)
    expect(await work).toBe(reason)
    expect(clock.pending).toBe(0)
  })

  it.each(['http://id.example/token', 'id.example', '', undefined, 'ftp://id.example'])(
    'refuse the endpoint %j',
    (tokenEndpoint) => {
      const make = () =>
        clientCredentials({ tokenEndpoint: tokenEndpoint as string, clientId: 'id', clientSecret: 's' })
      expect(make).toThrow(ConfigError)
    },
  )

  it('go over http where that is allowed', async () => {
    const { outcome } = grant([() => token()], { tokenEndpoint: 'http://localhost:8080/token', allowInsecure: true })
    expect(await outcome()).toMatchObject({ value: 'abc.def' })
  })
})
