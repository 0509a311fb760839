import { createHash, createHmac } from 'node:crypto'
import { inspect } from 'node:util'
import { AuthenticationError, ConfigError } from '@posthorn/contracts'
import { oauthBearer } from '@posthorn/sasl'
import { createCluster, VirtualClock } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mskIamToken } from '../src/index.ts'

const region = 'us-east-1'
const accessKeyId = 'AKIDEXAMPLE'
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const at = Date.UTC(2026, 10, 26, 9, 30, 15)
const credentials = () => Promise.resolve({ accessKeyId, secretAccessKey })

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** What AWS says a token has to be (Signature Version 4, in the query), made without any of its code. */
function expected({ sessionToken = '', seconds = 900 } = {}): string {
  const scope = `20261126/${region}/kafka-cluster/aws4_request`
  const query = new Map([
    ['Action', 'kafka-cluster:Connect'],
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${accessKeyId}/${scope}`],
    ['X-Amz-Date', '20261126T093015Z'],
    ['X-Amz-Expires', String(seconds)],
    ...(sessionToken === '' ? [] : [['X-Amz-Security-Token', sessionToken] as const]),
    ['X-Amz-SignedHeaders', 'host'],
  ])
  const host = `kafka.${region}.amazonaws.com`
  const canonicalQuery = [...query].map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')
  const canonical = ['GET', '/', canonicalQuery, `host:${host}`, '', 'host', sha256('')].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', '20261126T093015Z', scope, sha256(canonical)].join('\n')
  const key = ['20261126', region, 'kafka-cluster', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${secretAccessKey}`,
  )
  query.set('X-Amz-Signature', hmac(key, toSign).toString('hex'))
  query.set('User-Agent', 'aws-msk-iam-sasl-signer-js/1.0.3')
  const sorted = [...query].sort(([a], [b]) => (a < b ? -1 : 1))
  const url = `https://${host}/?${sorted.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
  return Buffer.from(url).toString('base64url')
}

describe('a token for Amazon MSK', () => {
  beforeEach(() => void vi.useFakeTimers({ now: at, toFake: ['Date'] }))
  afterEach(() => void vi.useRealTimers())

  it('is, to the byte, what AWS says it has to be', async () => {
    expect(await mskIamToken({ region, credentials })()).toEqual({ value: expected(), expiresAtMs: at + 900_000 })
  })

  it('carries the session of temporary credentials, and does not outlive them', async () => {
    const sessionToken = 'IQoJb3JpZ2luX2VjE/+='
    const expiration = new Date(at + 300_000)
    const provider = mskIamToken({
      region,
      credentials: () => Promise.resolve({ accessKeyId, secretAccessKey, sessionToken, expiration }),
    })
    expect(await provider()).toEqual({
      value: expected({ sessionToken, seconds: 300 }),
      expiresAtMs: at + 300_000,
    })
  })

  it('logs a producer in by OAUTHBEARER', async () => {
    const clock = new VirtualClock({ epochMs: at })
    const tokens: string[] = []
    const verifyToken = (token: string) => {
      tokens.push(token)
      return { user: 'msk' }
    }
    const cluster = createCluster({ clock, topics: { orders: 1 }, sasl: { verifyToken } })
    const producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      transport: cluster.transport(),
      clock,
      sasl: oauthBearer({ token: () => clock.hold(mskIamToken({ region, credentials })()) }),
    })
    await clock.runUntil(producer.send({ topic: 'orders', value: 'a' }))
    await clock.runUntil(producer.close())
    expect(new Set(tokens)).toEqual(new Set([expected()]))
  })
})

describe('credentials that are missing', () => {
  it.each([
    () => Promise.reject(new Error(`no profile for ${secretAccessKey}`)),
    () => Promise.resolve({ accessKeyId: '', secretAccessKey }),
  ])('are an authentication error that shows nothing of them', async (broken) => {
    const error: unknown = await mskIamToken({ region, credentials: broken })().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(AuthenticationError)
    expect((error as Error).message).toMatch(/^no token for Amazon MSK in us-east-1: /)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secretAccessKey)
  })

  it.each([undefined, '', 'EU', 'eu central', 42])('region %j is a configuration error', (given) => {
    expect(() => mskIamToken({ region: given as string })).toThrow(ConfigError)
  })

  it('so are credentials that are no function', () => {
    expect(() => mskIamToken({ region, credentials: {} as never })).toThrow(ConfigError)
  })
})
