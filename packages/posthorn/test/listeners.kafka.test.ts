import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createProducer, propertiesOptions, readProperties } from 'posthorn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Authority } from '../../../tools/certificates/authority.ts'
import type { KafkaCluster } from '../../../tools/kafka/cluster.ts'
import { countTopic } from '../../../tools/kafka/judge/judge.ts'
import { keytool, storePassword } from '../../../tools/kafka/keytool.ts'
import { addScramUsers, saslListener } from '../../../tools/kafka/sasl.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { temporaryFolder } from '../../../tools/kafka/temporary.ts'
import { describeKafka } from '../../../tools/kafka/testCluster.ts'
import { tlsListener } from '../../../tools/kafka/tls.ts'

const RECORDS = 100_000
const users = { alice: 'alice-secret' }
const authority = new Authority()
const ofClients = new Authority('Client authority')
const mine = ofClients.issue({ commonName: 'alice' })
const modules = 'org.apache.kafka.common.security'
const password = 'required username="alice" password="alice-secret";'

/** What a Java client's properties say of each mechanism. */
const logins: Readonly<Record<string, string>> = {
  PLAIN: `${modules}.plain.PlainLoginModule ${password}`,
  'SCRAM-SHA-256': `${modules}.scram.ScramLoginModule ${password}`,
  'SCRAM-SHA-512': `${modules}.scram.ScramLoginModule ${password}`,
  OAUTHBEARER: `${modules}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="alice";`,
}

type Properties = Readonly<Record<string, string>>

/** The table: which listener, and what makes up a Java client's properties file for it besides the stores. */
const listeners: readonly (readonly [what: string, listener: string, properties: Properties])[] = [
  ['PLAINTEXT', 'PLAINTEXT', { 'security.protocol': 'PLAINTEXT' }],
  // The one whose truststore is PKCS#12 as keytool writes it; that of the others is PEM.
  ['SSL', 'SSL', { 'security.protocol': 'SSL' }],
  ['mutual SSL', 'MTLS', { 'security.protocol': 'SSL' }],
  ...['SASL_PLAINTEXT', 'SASL_SSL'].flatMap((protocol) =>
    Object.entries(logins).map(([mechanism, login]): [string, string, Properties] => [
      `${protocol} ${mechanism}`,
      protocol,
      { 'security.protocol': protocol, 'sasl.mechanism': mechanism, 'sasl.jaas.config': login },
    ]),
  ),
]

describeKafka('every listener of a real Kafka', () => {
  let kafka: KafkaCluster
  let dir: string
  const rows: unknown[] = []

  beforeAll(async () => {
    dir = join(await temporaryFolder(), 'tls')
    await mkdir(dir)
    const identity = authority.issue({ names: ['127.0.0.1'] })
    await writeFile(join(dir, 'ca.pem'), authority.cert)
    await writeFile(join(dir, 'alice.pem'), mine.key + mine.cert)
    await keytool(join(dir, 'trust.p12'), `-importcert -noprompt -alias ca -file ${join(dir, 'ca.pem')}`)
    kafka = await startKafka({
      listeners: [
        await tlsListener('SSL', dir, { identity }),
        await tlsListener('MTLS', dir, { identity, clientCa: ofClients.cert }),
        saslListener('SASL_PLAINTEXT', { users }),
        saslListener('SASL_SSL', { users, tls: await tlsListener('SASL_SSL', dir, { identity }) }),
      ],
    })
    await addScramUsers(kafka.brokers[0]!.port, users)
  })

  afterAll(async () => {
    await kafka.close()
    if (process.env['POSTHORN_SHOW'] !== undefined) console.log(rows.map((row) => JSON.stringify(row)).join('\n'))
  })

  /** What a Java client would read, as it is on disk. */
  function fileFor(listener: string, properties: Properties): Properties {
    const isTls = properties['security.protocol']!.endsWith('SSL')
    const trust =
      listener === 'SSL'
        ? { type: 'PKCS12', location: join(dir, 'trust.p12'), password: storePassword }
        : { type: 'PEM', location: join(dir, 'ca.pem') }
    return {
      ...properties,
      ...(isTls && Object.fromEntries(Object.entries(trust).map(([key, value]) => [`ssl.truststore.${key}`, value]))),
      ...(listener === 'MTLS' && { 'ssl.keystore.type': 'PEM', 'ssl.keystore.location': join(dir, 'alice.pem') }),
    }
  }

  test.each(listeners)(
    'SAS-01, SAS-08, SAS-09, SAS-11, TLS-02, TLS-05: 100,000 records over %s are stored once, in order, and read back over it',
    async (what, listener, properties) => {
      const topic = `over-${what.replaceAll(' ', '-')}`
      await kafka.createTopic(topic)
      const config = fileFor(listener, properties)
      const text = Object.entries(config).map(([key, value]) => `${key}=${value}\n`)
      const read = readProperties(`bootstrap.servers=${kafka.serversOf(listener)}\n${text.join('')}`)
      expect(read.warnings).toEqual([])
      const { bootstrapServers = [], transport, sasl } = propertiesOptions(read, { allowPlaintext: true })
      const producer = createProducer({
        bootstrapServers,
        ...(transport !== undefined && { transport }),
        ...(sasl !== undefined && { sasl }),
      })
      const start = performance.now()
      for (let from = 0; from < RECORDS; from += 5000) {
        await Promise.all(Array.from({ length: 5000 }, (_, i) => producer.send({ topic, value: String(from + i) })))
      }
      const ms = Math.round(performance.now() - start)
      await producer.close()
      // Kafka's own consumer comes by the same listener with the same properties.
      const { numbers } = await countTopic({ bootstrapServers: kafka.serversOf(listener), topic, config })
      rows.push({ listener: what, outcome: 'stored', ms, ...numbers })
      expect(numbers).toEqual({ count: RECORDS, others: 0, distinct: RECORDS, min: 0, max: RECORDS - 1, outOfOrder: 0 })
    },
  )
})
