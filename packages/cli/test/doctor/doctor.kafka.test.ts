import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plain, scramSha256, tls } from 'posthorn'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Authority } from '../../../../tools/certificates/authority.ts'
import type { KafkaCluster } from '../../../../tools/kafka/cluster.ts'
import { addAcls, saslListener } from '../../../../tools/kafka/sasl.ts'
import { startKafka } from '../../../../tools/kafka/startKafka.ts'
import { describeKafka } from '../../../../tools/kafka/testCluster.ts'
import { tlsListener } from '../../../../tools/kafka/tls.ts'
import { type DoctorRun, type DoctorSetup, runDoctor } from '../support/doctorRun.ts'

const alice = { username: 'alice', password: 'alice-secret' }
const bob = { username: 'bob', password: 'bob-secret' }

/** The step that failed, with what is said of it. */
function failureOf({ out }: DoctorRun): string {
  return out.slice(out.indexOf('FAILED')).split('\n').slice(0, 4).join('\n')
}

describeKafka('posthorn doctor at a real Kafka', () => {
  const authority = new Authority()
  const names = ['127.0.0.1']
  let dir: string
  let kafka: KafkaCluster

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'posthorn-doctor-'))
    const good = authority.issue({ names })
    const expired = authority.issue({ names, validFrom: new Date(0), validTo: new Date(1e12) })
    const other = authority.issue({ names: ['kafka.example'] })
    kafka = await startKafka({
      listeners: [
        await tlsListener('SSL', dir, { identity: good }),
        await tlsListener('MUTUAL', dir, { identity: good, clientCa: authority.cert }),
        await tlsListener('EXPIRED', dir, { identity: expired }),
        await tlsListener('OTHER', dir, { identity: other }),
        saslListener('SASL', { users: { alice: alice.password, bob: bob.password }, mechanisms: ['PLAIN'] }),
      ],
      config: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS;User:alice;User:CN=posthorn-test',
      },
    })
    await kafka.createTopic('orders', { partitions: 2 })
    const { port } = kafka.brokers[0]!
    await addAcls(port, [{ user: 'bob', operation: 'Describe', resource: 'topic', name: 'orders' }])
  }, 120_000)

  afterAll(async () => {
    await kafka.close()
    await rm(dir, { recursive: true })
  })

  const examined = (listener: string, setup: DoctorSetup = {}): Promise<DoctorRun> =>
    runDoctor([kafka.serversOf(listener)], setup)
  const secure = (options: object = { ca: authority.cert }): DoctorSetup => ({ transport: tls(options) })

  it.each([
    ['PLAINTEXT', () => ({})],
    ['SSL', () => secure()],
    ['MUTUAL', () => secure({ ca: authority.cert, ...authority.issue() })],
    ['SASL', () => ({ sasl: plain({ ...alice, allowPlaintext: true }) })],
  ])('finds nothing wrong with %s, and writes a record', async (listener, setup) => {
    const run = await examined(listener, { ...setup(), topic: 'orders', write: true })
    expect(run.out).toMatch(/ok {6}topic .* 2 partitions; we may write\n {2}ok {6}write .*one record/)
    expect(run.code).toBe(0)
  })

  it.each([
    ['SSL_EXPECTED', 'SSL', () => ({})],
    ['SSL_NOT_SPOKEN', 'PLAINTEXT', () => secure()],
    ['SSL_UNKNOWN_CA', 'SSL', () => secure({ ca: new Authority('other').cert })],
    ['SSL_CERTIFICATE_EXPIRED', 'EXPIRED', () => secure()],
    ['SSL_HOST_NAME_MISMATCH', 'OTHER', () => secure()],
    ['SSL_CLIENT_CERTIFICATE_REQUIRED', 'MUTUAL', () => secure()],
    ['SSL_CLIENT_CERTIFICATE_REFUSED', 'MUTUAL', () => secure({ ca: authority.cert, ...new Authority('x').issue() })],
    ['SASL_EXPECTED', 'SASL', () => ({})],
    ['ILLEGAL_SASL_STATE', 'PLAINTEXT', () => ({ sasl: plain({ ...alice, allowPlaintext: true }) })],
    ['UNSUPPORTED_SASL_MECHANISM', 'SASL', () => ({ sasl: scramSha256(alice) })],
    ['SASL_AUTHENTICATION_FAILED', 'SASL', () => ({ sasl: plain({ ...alice, password: 'x', allowPlaintext: true }) })],
    ['TOPIC_AUTHORIZATION_FAILED', 'SASL', () => ({ sasl: plain({ ...bob, allowPlaintext: true }), topic: 'orders' })],
  ])('tells %s of %s', async (cause, listener, setup) => {
    const run = await examined(listener, setup())
    expect(failureOf(run)).toContain(`(${cause})`)
    expect(run.code).toBe(1)
    if (process.env['POSTHORN_SHOW'] !== undefined) process.stdout.write(`--- ${cause}\n${run.out}`)
  })
})
