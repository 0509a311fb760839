import { createProducer } from 'posthorn'
import { expect, test } from 'vitest'
import { countTopic } from '../../../tools/kafka/judge/judge.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { describeKafka } from '../../../tools/kafka/testCluster.ts'

/** Sent at the least; sending goes on until the brokers have had their kills, however long a start takes. */
const RECORDS = 200_000
const MOST_RECORDS = 20 * RECORDS
const KILLS = 3
/** Sent between a kill and the start, and between that and the next kill. */
const RECORDS_PER_ACT = RECORDS / 8
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
        let starts = 0
        let actsAt = 0
        let acting: Promise<void> | null = null
        const failures: unknown[] = []
        /** Kills a broker, or starts the one that was killed. */
        const act = async (): Promise<void> => {
          if (kills === starts) await kafka.kill(kills++ % 3)
          else await kafka.start(starts++ % 3)
          actsAt = sent + RECORDS_PER_ACT
          acting = null
        }
        while (sent < RECORDS || ((starts < KILLS || acting !== null) && sent < MOST_RECORDS)) {
          if (acting === null && starts < KILLS && sent >= actsAt) acting = act()
          // A slice at a time, so that the run lasts as long as the kills do; each slice waits for the one before.
          const slice = Array.from({ length: 1000 }, () => {
            const number = ++sent
            return producer.send({ topic: 'numbers', partition: number % PARTITIONS, value: String(number) })
          })
          for (const result of await Promise.allSettled(slice))
            if (result.status === 'rejected') failures.push(result.reason)
        }
        await acting
        await producer.close()
        const { numbers } = await countTopic({ bootstrapServers, topic: 'numbers' })
        expect(failures).toEqual([])
        expect(numbers).toMatchObject({ count: sent, distinct: sent, outOfOrder: 0, min: 1, max: sent })
        expect([kills, starts]).toEqual([KILLS, KILLS])
      } finally {
        await kafka.close()
      }
    },
  )
})
