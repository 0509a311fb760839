import { createProducer } from 'posthorn'
import { expect, test } from 'vitest'
import { countTopic } from '../../../tools/kafka/judge/judge.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { describeKafka } from '../../../tools/kafka/testCluster.ts'

const RECORDS = 200_000
const PARTITIONS = 6

describeKafka('three real brokers, one of them killed every few seconds', () => {
  test(
    'every record is acknowledged, and the Java consumer finds each once and in order',
    { timeout: 240_000 },
    async () => {
      const kafka = await startKafka({ brokers: 3, config: { 'min.insync.replicas': '2' } })
      const { bootstrapServers } = kafka
      try {
        await kafka.createTopic('numbers', { partitions: PARTITIONS, replicationFactor: 3 })
        const producer = createProducer({ bootstrapServers, requestTimeoutMs: 5000 })
        let sent = 0
        let kills = 0
        const failures: unknown[] = []
        const killing = (async () => {
          while (kills < 4 && sent < RECORDS) {
            const victim = kills++ % 3
            await kafka.kill(victim)
            await untilSent(() => sent, Math.min(sent + RECORDS / 8, RECORDS))
            await kafka.start(victim)
            await untilSent(() => sent, Math.min(sent + RECORDS / 8, RECORDS))
          }
        })()
        while (sent < RECORDS) {
          // A slice at a time, so that the run lasts as long as the kills do; each slice waits for the one before.
          const slice = Array.from({ length: 1000 }, () => {
            const number = ++sent
            return producer.send({ topic: 'numbers', partition: number % PARTITIONS, value: String(number) })
          })
          for (const result of await Promise.allSettled(slice))
            if (result.status === 'rejected') failures.push(result.reason)
        }
        await killing
        await producer.close()
        const { numbers } = await countTopic({ bootstrapServers, topic: 'numbers' })
        expect(failures).toEqual([])
        expect(numbers).toMatchObject({ count: RECORDS, distinct: RECORDS, outOfOrder: 0, min: 1, max: RECORDS })
        expect(kills).toBeGreaterThan(1)
      } finally {
        await kafka.close()
      }
    },
  )
})

/** Waits until so many were sent; the sending loop lets timers run between its slices. */
async function untilSent(sent: () => number, count: number): Promise<void> {
  for (let i = 0; i < 20_000 && sent() < count; i++) await new Promise((resolve) => setTimeout(resolve, 10))
}
