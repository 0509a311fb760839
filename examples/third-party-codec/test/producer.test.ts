import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCluster, VirtualClock } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import { pakoGzip } from '../src/index.ts'

void test('a producer compresses with it, and the cluster reads what was sent', async () => {
  const clock = new VirtualClock()
  const cluster = createCluster({ clock, topics: { orders: 1 } })
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport(),
    clock,
    compression: pakoGzip({ level: 9 }),
  })
  const values = Array.from({ length: 500 }, (_, i) => `order ${i} of the very same customer`)
  await clock.runUntil(Promise.all(values.map((value) => producer.send({ topic: 'orders', value }))))
  await clock.runUntil(producer.close())

  const stored = cluster.records('orders').map(({ value }) => Buffer.from(value ?? []).toString())
  assert.deepEqual(stored, values)
  // Bits 0 to 2 of a batch's attributes are Kafka's id of the codec: 1 is gzip.
  const ids = cluster.log('orders', 0).map(({ attributes }) => attributes & 7)
  assert.deepEqual([...new Set(ids)], [1])
})

void test('levels that gzip does not have are refused', () => {
  for (const level of [-1, 10, 1.5, Number.NaN]) {
    assert.throws(() => pakoGzip({ level }), { code: 'INVALID_CONFIG', message: /level must be a whole number/ })
  }
})
