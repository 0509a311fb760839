import { expect, test } from 'vitest'
import { simulate } from './support/simulation.ts'

test('first', async () => {
  const { cluster, producer: make, until } = simulate()
  const producer = make({ logger: console })
  const sends = []
  for (let i = 0; i < 100; i++) sends.push(producer.send({ topic: 'orders', key: `k${i % 7}`, value: `value ${i}` }))
  const all = await until(Promise.all(sends), 1000)
  expect(all).toHaveLength(100)
  expect(cluster.records('orders')).toHaveLength(100)
  await until(producer.close())
})
