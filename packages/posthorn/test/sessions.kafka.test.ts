import type { Hooks } from '@posthorn/contracts'
import { createProducer } from 'posthorn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Authority } from '../../../tools/certificates/authority.ts'
import type { KafkaCluster } from '../../../tools/kafka/cluster.ts'
import { countTopic } from '../../../tools/kafka/judge/judge.ts'
import { addScramUsers, saslListener } from '../../../tools/kafka/sasl.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { temporaryFolder } from '../../../tools/kafka/temporary.ts'
import { describeKafka } from '../../../tools/kafka/testCluster.ts'
import { tlsListener } from '../../../tools/kafka/tls.ts'

const users = { alice: 'alice-secret' }
const authority = new Authority()
/** For a longer look: `POSTHORN_SASL_LOAD_MS=60000 POSTHORN_SHOW=1`. */
const LOAD_MS = Number(process.env['POSTHORN_SASL_LOAD_MS'] ?? 0)
const SESSION_MS = Number(process.env['POSTHORN_SASL_SESSION_MS'] ?? 5000)
/** Bootstrap and broker connection, and the broker connection twice more. */
const LEAST_LOGINS = 4
const PATIENCE_MS = 60_000

describeKafka('sessions that end, at a real Kafka', () => {
  let kafka: KafkaCluster
  const rows: unknown[] = []

  beforeAll(async () => {
    const identity = authority.issue({ names: ['127.0.0.1'] })
    const inTls = await tlsListener('SASL_SSL', await temporaryFolder(), { identity })
    kafka = await startKafka({
      listeners: [
        saslListener('SASL_PLAINTEXT', { users, sessionLifetimeMs: SESSION_MS }),
        saslListener('SASL_SSL', { users, sessionLifetimeMs: SESSION_MS, tls: inTls }),
      ],
    })
    await addScramUsers(kafka.brokers[0]!.port, users)
  })

  afterAll(async () => {
    await kafka.close()
    if (process.env['POSTHORN_SHOW'] !== undefined) console.log(rows.map((row) => JSON.stringify(row)).join('\n'))
  })

  test.each(['SASL_PLAINTEXT', 'SASL_SSL'])(
    'REA-01, REA-02, REA-03: sessions over %s are renewed at full load, and nobody notices',
    { timeout: LOAD_MS + 2 * PATIENCE_MS },
    async (listener) => {
      const topic = `over-${listener}`
      await kafka.createTopic(topic)
      let logins = 0
      const disconnects: unknown[] = []
      const watching = (): Hooks => ({
        name: 'watches',
        onRequest: ({ api }) => {
          if (api === 'SaslHandshake') logins++
        },
        onDisconnect: ({ error }) => {
          if (error !== null) disconnects.push(error)
        },
      })
      const producer = createProducer({
        bootstrapServers: kafka.serversOf(listener),
        sasl: { mechanism: 'SCRAM-SHA-512', username: 'alice', password: users.alice },
        hooks: [watching],
        ...(listener === 'SASL_SSL' && { tls: { ca: authority.cert } }),
      })
      const start = performance.now()
      const elapsed = (): number => performance.now() - start
      let sent = 0
      while (elapsed() < LOAD_MS || (logins < LEAST_LOGINS && elapsed() < PATIENCE_MS)) {
        const values = Array.from({ length: 2000 }, (_, i) => String(sent + i))
        await Promise.all(values.map((value) => producer.send({ topic, value })))
        sent += values.length
      }
      const ms = Math.round(elapsed())
      await producer.close()
      const { numbers } = await countTopic({
        bootstrapServers: kafka.bootstrapServers,
        topic,
        maxSeconds: PATIENCE_MS / 1000,
      })
      rows.push({ listener, SESSION_MS, ms, sent, logins, disconnects: disconnects.length, ...numbers })
      expect(numbers).toEqual({ count: sent, others: 0, distinct: sent, min: 0, max: sent - 1, outOfOrder: 0 })
      expect(disconnects).toEqual([])
      expect(logins).toBeGreaterThanOrEqual(LEAST_LOGINS)
    },
  )
})
