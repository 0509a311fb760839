import type { KafkaError, ProducerOptions, SaslOption } from 'posthorn'
import { createProducer, oauthBearer, unsecuredToken } from 'posthorn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Authority, type Issued } from '../../../tools/certificates/authority.ts'
import type { KafkaCluster } from '../../../tools/kafka/cluster.ts'
import { addAcls, addScramUsers, saslListener } from '../../../tools/kafka/sasl.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { temporaryFolder } from '../../../tools/kafka/temporary.ts'
import { describeKafka } from '../../../tools/kafka/testCluster.ts'
import { tlsListener } from '../../../tools/kafka/tls.ts'
import { expectRefusedForGood, type Refusal, refusalOf, SETUP_MS } from './support/refusal.ts'

const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000)
const names = ['127.0.0.1']
const users = { alice: 'alice-secret', bob: 'bob-secret' }
const authority = new Authority()
const ca = authority.cert
const alice: SaslOption = { mechanism: 'SCRAM-SHA-512', username: 'alice', password: users.alice }
const bob: SaslOption = { mechanism: 'PLAIN', username: 'bob', password: users.bob }
const refusedAlice = (mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512', more: object): SaslOption => ({
  mechanism,
  username: 'alice',
  password: users.alice,
  ...more,
})

describeKafka('SASL_SSL at a real Kafka that refuses', () => {
  let kafka: KafkaCluster
  const rows: unknown[] = []

  beforeAll(async () => {
    const dir = await temporaryFolder()
    const identity = authority.issue({ names })
    const listener = async (name: string, more: { identity?: Issued; only?: string }) =>
      saslListener(name, {
        users,
        tls: await tlsListener(name, dir, { identity: more.identity ?? identity }),
        ...(more.only !== undefined && { mechanisms: [more.only] }),
      })
    kafka = await startKafka({
      listeners: [
        await listener('SASL', {}),
        await listener('ONLY512', { only: 'SCRAM-SHA-512' }),
        await listener('EXPIRED', {
          identity: authority.issue({ names, validFrom: inDays(-9), validTo: inDays(-2) }),
        }),
        await listener('EARLY', { identity: authority.issue({ names, validFrom: inDays(2), validTo: inDays(9) }) }),
        await listener('STRANGER', { identity: new Authority('Stranger').issue({ names }) }),
        await listener('ELSEWHERE', { identity: authority.issue({ names: ['elsewhere.example'] }) }),
        await tlsListener('SSL', dir, { identity }),
      ],
      config: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS;User:alice',
      },
    })
    const { port } = kafka.brokers[0]!
    await addScramUsers(port, users)
    await kafka.createTopic('refused')
    await addAcls(port, [{ user: 'bob', operation: 'Describe', resource: 'topic', name: 'refused' }])
  })

  afterAll(async () => {
    await kafka.close()
    if (process.env['POSTHORN_SHOW'] !== undefined) console.log(rows.map((row) => JSON.stringify(row)).join('\n'))
  })

  /** What comes of sending over a listener, with the row that the table has for it. */
  async function refusal(what: string, listener: string, options: Partial<ProducerOptions>): Promise<Refusal> {
    const bootstrapServers = kafka.serversOf(listener)
    const refused = await refusalOf(kafka.bootstrapServers, { tls: { ca }, sasl: alice, ...options, bootstrapServers })
    const { code, cause, ms, attempts, insisted, text } = refused
    rows.push([what, code, cause ?? null, ms, attempts, insisted, text])
    return refused
  }

  const invalid = /invalid credentials with SASL mechanism/
  const expired = oauthBearer({ token: unsecuredToken({ subject: 'alice', lifetimeMs: 1 }) })
  const fatal: [string, string, string, Partial<ProducerOptions>, RegExp][] = [
    [
      'PLAIN with a wrong password',
      'SASL_AUTHENTICATION_FAILED',
      'SASL',
      { sasl: refusedAlice('PLAIN', { password: 'x' }) },
      /Invalid username or password/,
    ],
    [
      'PLAIN with an unknown user',
      'SASL_AUTHENTICATION_FAILED',
      'SASL',
      { sasl: refusedAlice('PLAIN', { username: 'mallory' }) },
      /Invalid username or password/,
    ],
    ...(['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).flatMap((name): typeof fatal => [
      [
        `${name} with a wrong password`,
        'SASL_AUTHENTICATION_FAILED',
        'SASL',
        { sasl: refusedAlice(name, { password: 'x' }) },
        invalid,
      ],
      [
        `${name} with an unknown user`,
        'SASL_AUTHENTICATION_FAILED',
        'SASL',
        { sasl: refusedAlice(name, { username: 'mallory' }) },
        invalid,
      ],
    ]),
    ['a token that has expired', 'SASL_AUTHENTICATION_FAILED', 'SASL', { sasl: expired }, /invalid_token/],
    [
      'a mechanism that is not offered',
      'UNSUPPORTED_SASL_MECHANISM',
      'ONLY512',
      { sasl: refusedAlice('PLAIN', {}) },
      /does not take SASL mechanism PLAIN; it offers SCRAM-SHA-512$/,
    ],
    ['a login at a listener without', 'ILLEGAL_SASL_STATE', 'SSL', {}, /it offers no SASL mechanism/],
    ['an expired certificate', 'SSL_CERTIFICATE_EXPIRED', 'EXPIRED', {}, /has expired on \d{4}-/],
    ['a certificate not valid yet', 'SSL_CERTIFICATE_NOT_YET_VALID', 'EARLY', {}, /is not valid before \d{4}-/],
    ['a wrong CA', 'SSL_UNKNOWN_CA', 'STRANGER', {}, /not trusted \(CN=Stranger\)/],
    ['a wrong host', 'SSL_HOST_NAME_MISMATCH', 'ELSEWHERE', {}, /not for 127\.0\.0\.1, but for DNS:elsewhere/],
  ]
  test.each(fatal)(
    'SAS-05, TLS-03, MDT-17: %s is %s at once, is not tried without end, and nobody else notices',
    async (what, code, listener, options, text) => {
      const refused = await refusal(what, listener, options)
      expectRefusedForGood(refused, code, text)
    },
  )

  describe('permissions that are missing', () => {
    const missing: [string, string, Partial<ProducerOptions>][] = [
      ['a topic', 'TOPIC_AUTHORIZATION_FAILED', { enableIdempotence: false }],
      ['the cluster, for idempotent writes', 'CLUSTER_AUTHORIZATION_FAILED', {}],
    ]
    test.each(missing)('a missing permission on %s is %s, in time', async (what, code, options) => {
      const refused = await refusal(`no permission on ${what}`, 'SASL', { sasl: bob, ...options })
      expect(refused).toMatchObject({ code, retriable: false })
      expect(refused.ms).toBeLessThan(SETUP_MS)
      // Connections are good, and stay; that for bootstrapping is given up once it is not needed.
      expect(refused.insisted).toBeLessThanOrEqual(1)
      expect(refused.beside.stored).toBeGreaterThan(0)
      expect(refused.beside.wrong).toEqual([])
    })

    test('a missing permission on a transactional id is TRANSACTIONAL_ID_AUTHORIZATION_FAILED, in time', async () => {
      const producer = createProducer({
        bootstrapServers: kafka.serversOf('SASL'),
        tls: { ca },
        sasl: bob,
        transactionalId: 'billing',
      })
      const start = performance.now()
      const sending = producer.delivery.run(() => producer.send({ topic: 'refused', value: 'x' }))
      const error = await sending.then(
        () => null,
        (reason: unknown) => reason as KafkaError,
      )
      const ms = Math.round(performance.now() - start)
      rows.push(['no permission on a transactional id', error?.code, null, ms, 0, 0, error?.message])
      expect(error).toMatchObject({ code: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', retriable: false })
      expect(ms).toBeLessThan(SETUP_MS)
      await producer.close({ timeoutMs: 1000 })
    })
  })
})
