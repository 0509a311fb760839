import { createCluster } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import { expect, test } from 'vitest'

test('the assembled producer needs addresses alone: TCP, idempotence and partitions by key come with it', async () => {
  await using cluster = createCluster({ brokers: 3, topics: { orders: 6 } })
  await cluster.listen()
  await using producer = createProducer({ bootstrapServers: cluster.bootstrapServers, compression: 'gzip' })
  const stored = await Promise.all(
    Array.from({ length: 1000 }, (_, i) => producer.send({ topic: 'orders', key: `k${i % 7}`, value: `value ${i}` })),
  )
  expect(stored).toHaveLength(1000)
  const records = cluster.records('orders')
  expect(records).toHaveLength(1000)
  expect(new Set(records.map((record) => record.producerId)).size).toBe(1)
})
