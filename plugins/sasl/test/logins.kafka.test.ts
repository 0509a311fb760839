import { AuthenticationError } from '@posthorn/contracts'
import type { Hooks } from '@posthorn/contracts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KafkaCluster } from '../../../tools/kafka/cluster.ts'
import { addAcls, addScramUsers, saslListener } from '../../../tools/kafka/sasl.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { describeKafka } from '../../../tools/kafka/testCluster.ts'
import { plain } from '../src/index.ts'
import type { Login } from './support/kafka.ts'
import { failureOf, mechanisms, producerOf, users } from './support/kafka.ts'

const alice = { username: 'alice', password: users.alice }
const bob = { username: 'bob', password: users.bob }
const SETUP_MS = 10_000

describeKafka('logins at a real Kafka', () => {
  let kafka: KafkaCluster
  const asAlice = (name: string) => mechanisms[name]!(alice)

  beforeAll(async () => {
    kafka = await startKafka({
      listeners: [saslListener('SASL', { users }), saslListener('ONLY512', { users, mechanisms: ['SCRAM-SHA-512'] })],
      config: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS;User:alice',
      },
    })
    const { port } = kafka.brokers[0]!
    await addScramUsers(port, { ...users, ligature: '\ufb01sh' })
    await kafka.createTopic('readable')
    await addAcls(port, [{ user: 'bob', operation: 'Describe', resource: 'topic', name: 'readable' }])
  }, 120_000)

  afterAll(() => kafka.close())

  const wrong: readonly (readonly [string, string, Login, RegExp])[] = [
    ['PLAIN', 'a wrong password', { ...alice, password: 'other' }, /Invalid username or password/],
    ['PLAIN', 'an unknown user', { ...alice, username: 'mallory' }, /Invalid username or password/],
    ['SCRAM-SHA-256', 'a wrong password', { ...alice, password: 'other' }, /invalid credentials with SASL mechanism/],
    ['SCRAM-SHA-256', 'an unknown user', { ...alice, username: 'mallory' }, /invalid credentials with SASL mechanism/],
    ['SCRAM-SHA-512', 'a wrong password', { ...alice, password: 'other' }, /invalid credentials with SASL mechanism/],
  ]

  it.each(wrong)(
    'SAS-05: %s with %s is refused in time, not tried without end, and nobody else notices',
    async (name, _, login, said) => {
      const other = producerOf(kafka.serversOf('SASL'), asAlice(name))
      await other.send({ topic: 'readable', value: 'before' })
      let attempts = 0
      const onDisconnect = (): void => {
        attempts++
      }
      const counting = (): Hooks => ({ name: 'counts', onDisconnect })
      const producer = producerOf(kafka.serversOf('SASL'), mechanisms[name]!(login), { hooks: [counting] })
      const { error, ms } = await failureOf(producer.send({ topic: 'readable', value: 'x' }))
      expect(error).toBeInstanceOf(AuthenticationError)
      expect(error).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED', retriable: false })
      expect(error.message).toMatch(said)
      expect(ms).toBeLessThan(SETUP_MS)
      expect(attempts).toBe(1)
      await other.send({ topic: 'readable', value: 'after' })
      await Promise.all([producer.close(), other.close()])
    },
  )

  it('SAS-05: a mechanism that is not offered is an error that lists those that are', async () => {
    const producer = producerOf(kafka.serversOf('ONLY512'), asAlice('PLAIN'))
    const { error, ms } = await failureOf(producer.send({ topic: 'readable', value: 'x' }))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error.code).toBe('UNSUPPORTED_SASL_MECHANISM')
    expect(error.message).toMatch(/does not take SASL mechanism PLAIN; it offers SCRAM-SHA-512$/)
    expect(ms).toBeLessThan(SETUP_MS)
    await producer.close()
  })

  it('SAS-05: a listener that asks for no login says so', async () => {
    const producer = producerOf(kafka.bootstrapServers, asAlice('PLAIN'))
    const { error } = await failureOf(producer.send({ topic: 'readable', value: 'x' }))
    expect(error.code).toBe('ILLEGAL_SASL_STATE')
    expect(error.message).toMatch(/it offers no SASL mechanism on this listener$/)
    await producer.close()
  })

  it.each([
    ['a topic', 'TOPIC_AUTHORIZATION_FAILED', 'unheard-of', {}],
    ['a topic that may be seen', 'TOPIC_AUTHORIZATION_FAILED', 'readable', { enableIdempotence: false }],
    ['the cluster', 'CLUSTER_AUTHORIZATION_FAILED', 'readable', {}],
  ] as const)('a missing permission on %s is %s, in time', async (_, code, topic, options) => {
    const producer = producerOf(kafka.serversOf('SASL'), mechanisms['PLAIN']!(bob), options)
    const { error, ms } = await failureOf(producer.send({ topic, value: 'x' }))
    expect(error).toMatchObject({ code, retriable: false })
    expect(ms).toBeLessThan(SETUP_MS)
    await producer.close({ timeoutMs: 1000 })
  })

  it('a missing permission on a transactional id is TRANSACTIONAL_ID_AUTHORIZATION_FAILED, in time', async () => {
    const { createProducer } = await import('posthorn')
    const sasl = plain({ ...bob, allowPlaintext: true })
    const producer = createProducer({ bootstrapServers: kafka.serversOf('SASL'), sasl, transactionalId: 'billing' })
    const { error, ms } = await failureOf(producer.delivery.run(() => producer.send({ topic: 'readable', value: 'x' })))
    expect(error).toMatchObject({ code: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', retriable: false })
    expect(ms).toBeLessThan(SETUP_MS)
    await producer.close({ timeoutMs: 1000 })
  })

  it('SAS-09: Kafka takes passwords as they are, so SASLprep is off until it is asked for', async () => {
    const { scramSha256 } = await import('../src/index.ts')
    const login = { username: 'ligature', password: '\ufb01sh' }
    await addAcls(kafka.brokers[0]!.port, [{ user: 'ligature', operation: 'All', resource: 'topic', name: 'readable' }])
    const asIs = producerOf(kafka.serversOf('SASL'), scramSha256(login))
    await asIs.send({ topic: 'readable', value: 'x' })
    const prepared = producerOf(kafka.serversOf('SASL'), scramSha256({ ...login, saslPrep: true }))
    const { error } = await failureOf(prepared.send({ topic: 'readable', value: 'x' }))
    expect(error.code).toBe('SASL_AUTHENTICATION_FAILED')
    await Promise.all([asIs.close(), prepared.close()])
  })
})
