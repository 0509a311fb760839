import { describe, expect, it } from 'vitest'
import { send, Stage, type TransactionalProducer } from './support/stage.ts'

const LATENCY_MS = 10
const ROUND_TRIP_MS = 2 * LATENCY_MS

/** How long it takes, in simulated ms. */
async function took(s: Stage, work: () => Promise<unknown>): Promise<number> {
  const from = s.clock.now()
  await s.until(work())
  return s.clock.now() - from
}

function thousand(producer: TransactionalProducer): Promise<unknown> {
  return Promise.all(Array.from({ length: 1000 }, (_, i) => send(producer, `record ${i}`, i % 3)))
}

describe('what a transaction costs', () => {
  for (const [name, transactionVersion, most] of [
    ['at most two round trips more than its records alone under KIP-890', 2, 2],
    ['at most three before it: the partitions, and the end', 0, 3],
  ] as const) {
    it(`of 1,000 records: ${name}`, async () => {
      const s = new Stage({ latencyMs: LATENCY_MS, transactionVersion })
      const producer = await s.ready({ batchSize: 65_536 })
      // Connections and metadata are there, and the brokers know the producer.
      await s.until(producer.delivery.run(() => thousand(producer)))
      let alone = 0
      const whole = await took(s, () =>
        producer.delivery.run(async () => {
          const from = s.clock.now()
          await thousand(producer)
          alone = s.clock.now() - from
        }),
      )
      if (transactionVersion === 2) expect(alone).toBeLessThanOrEqual(ROUND_TRIP_MS + 1)
      expect(whole).toBeLessThanOrEqual((1 + most) * ROUND_TRIP_MS + 1)
      expect(s.visible()).toHaveLength(2000)
      await s.until(producer.close())
    })
  }
})
