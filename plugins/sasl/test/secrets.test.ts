import { inspect } from 'node:util'
import type { Plugin, SaslMechanism } from '@posthorn/contracts'
import { createCluster, VirtualClock } from '@posthorn/testkit'
import type { SaslOptions } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import type { SaslOption } from 'posthorn'
import { describe, expect, it } from 'vitest'
import { clientCredentials, oauthBearer, plain, scramSha256, scramSha512 } from '../src/index.ts'

/** A text that is nowhere else, one for each field. */
const planted = (field: string): string => `planted-${field}-7f3a9c`
const secrets = ['password', 'token', 'clientSecret', 'extension', 'access'].map(planted)
const username = 'alice'

/** A token service that gives what was planted, or refuses and says back all that it was told. */
const service = (status: number) => async (_: unknown, init?: RequestInit) => {
  const body = { access_token: planted('access'), token_type: status === 200 ? 'Bearer' : undefined, expires_in: 3600 }
  const refusal = { error: 'invalid_client', error_description: await new Response(init?.body ?? '').text() }
  const headers = { 'content-type': 'application/json' }
  return new Response(JSON.stringify(status === 200 ? body : { ...body, ...refusal }), { status, headers })
}

const grant = (status: number) =>
  clientCredentials({
    tokenEndpoint: 'https://id.example/token?key=planted-query',
    clientId: 'kafka-client',
    clientSecret: planted('clientSecret'),
    authentication: 'post',
    fetch: service(status),
  })

const mechanisms: readonly (readonly [string, () => Plugin<SaslMechanism>])[] = [
  ['PLAIN', () => plain({ username, password: planted('password') })],
  ['PLAIN with a NUL', () => plain({ username, password: `${planted('password')}\0` })],
  ['SCRAM-SHA-256', () => scramSha256({ username, password: planted('password') })],
  ['SCRAM-SHA-512', () => scramSha512({ username, password: () => Promise.resolve(planted('password')) })],
  [
    'SCRAM with what SASLprep prohibits',
    () => scramSha256({ username, password: `${planted('password')}\u0007`, saslPrep: true }),
  ],
  ['OAUTHBEARER', () => oauthBearer({ token: () => planted('token'), extensions: { e: planted('extension') } })],
  ['OAUTHBEARER with a token that is none', () => oauthBearer({ token: () => `${planted('token')} ` })],
  [
    'OAUTHBEARER with an extension that is none',
    () => oauthBearer({ token: () => 'x', extensions: { e: `${planted('extension')}\x01` } }),
  ],
  ['client credentials', () => oauthBearer({ token: grant(200) })],
  ['client credentials that are refused', () => oauthBearer({ token: grant(401) })],
  ['a token service that fails', () => oauthBearer({ token: grant(503) })],
  ['a token service that is none', () => oauthBearer({ token: grant(204) })],
]

const brokers: readonly (readonly [string, SaslOptions])[] = [
  ['takes it', { users: { [username]: planted('password') }, verifyToken: () => ({ user: username }) }],
  ['refuses it', { users: { [username]: 'other' }, verifyToken: () => ({ refused: 'invalid_token' }) }],
  [
    'offers none of it',
    { mechanisms: [{ name: 'GSSAPI', start: () => ({ answer: () => ({ token: new Uint8Array(0) }) }) }] },
  ],
  [
    'answers with noise',
    {
      mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'].map((name) => ({
        name,
        start: () => ({ answer: () => ({ token: new Uint8Array(30).fill(65) }) }),
      })),
    },
  ],
]

/** Everything that anybody gets to see of one producer. */
async function seen(sasl: SaslOption, options: SaslOptions): Promise<string> {
  const clock = new VirtualClock()
  const shown: unknown[] = [sasl]
  const log = (...line: unknown[]): void => void shown.push(line)
  const see = (event: unknown): void => void shown.push(event)
  const cluster = createCluster({ clock, topics: { orders: 1 }, sasl: { sessionLifetimeMs: 2000, ...options } })
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport(),
    clock,
    sasl,
    maxBlockMs: 15_000,
    logger: { debug: log, info: log, warn: log, error: log },
    hooks: [
      () => ({ name: 'sees', onConnect: see, onDisconnect: see, onRequest: see, onResponse: see, onMetadata: see }),
    ],
  })
  for (let i = 0; i < 3; i++) {
    await clock.runUntil(producer.send({ topic: 'orders', value: 'x' }).then(see, see))
    await clock.advance(1900)
  }
  shown.push(producer, producer.metrics())
  await clock.runUntil(producer.close({ timeoutMs: 0 }))
  const text = inspect(shown, { depth: 30, showHidden: true, maxArrayLength: null, maxStringLength: null })
  const stacks = shown
    .flat()
    .flatMap((each) => (each instanceof Error ? [each.stack, JSON.stringify(each), String(each.cause)] : []))
  return [text, ...stacks].join('\n')
}

describe.each(mechanisms)('what was planted in %s', (_, make) => {
  it.each(brokers)('SAS-07: is in no error, log line, hook or inspection when the broker %s', async (__, options) => {
    const text = await seen(make(), options)
    expect(text).toContain('orders')
    for (const secret of secrets) {
      for (const form of [
        secret,
        Buffer.from(secret).toString('base64').slice(2, -4),
        Buffer.from(secret).toString('hex'),
      ]) {
        expect(text.includes(form), `${secret} as ${form}`).toBe(false)
      }
    }
  })
})

describe('the search itself', () => {
  it('finds a secret that an error shows', async () => {
    const leaky: Plugin<SaslMechanism> = () => ({
      name: 'PLAIN',
      start: () => Promise.reject(new Error(`no login with ${planted('password')}`)),
    })
    expect(await seen(leaky, brokers[0]![1])).toContain(planted('password'))
  })

  it('finds a secret that a mechanism holds in the open', async () => {
    const open = Object.assign(plain({ username, password: planted('password') }), { password: planted('password') })
    expect(await seen(open, brokers[0]![1])).toContain(planted('password'))
  })
})
