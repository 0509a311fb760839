import type { TopicView } from '@posthorn/contracts'
import { expect, test } from 'vitest'
import { simulate } from '../support/simulation.ts'

test('PRT-13 SPD-16: a partition whose broker has had data waiting for too long is not responsive, until it takes data', async () => {
  const { clock, cluster, producer: make, until } = simulate({ brokers: 2, topics: { orders: 4 } })
  let view: TopicView | null = null
  const producer = make({
    lingerMs: 0,
    maxInFlightRequestsPerConnection: 1,
    requestTimeoutMs: 5000,
    partitionerAvailabilityTimeoutMs: 300,
    partitioner: () => ({
      name: 'first',
      forTopic: () => ({
        partition: (_key, topic) => {
          view = topic
          return 0
        },
      }),
    }),
  })
  const { leader } = cluster.partition('orders', 0)
  const sameBroker = [1, 2, 3].find((partition) => cluster.partition('orders', partition).leader === leader) ?? -1
  const otherBroker = [1, 2, 3].find((partition) => cluster.partition('orders', partition).leader !== leader) ?? -1
  const responsive = (): boolean[] => [0, sameBroker, otherBroker].map((it) => view?.isResponsive(it) ?? false)
  await until(producer.send({ topic: 'orders', value: 'a' }))
  expect(responsive()).toEqual([true, true, true])
  cluster.pauseBroker(leader)
  const sends = [producer.send({ topic: 'orders', value: 'in flight' })]
  await clock.advance(10)
  sends.push(producer.send({ topic: 'orders', partition: sameBroker, value: 'waits' }))
  // Passes happen when there is something to do: here, for records of the other broker.
  for (let i = 0; i < 8; i++) {
    await clock.advance(50)
    await until(producer.send({ topic: 'orders', partition: otherBroker, value: 'elsewhere' }))
  }
  expect(responsive()).toEqual([false, false, true])
  cluster.resumeBroker(leader)
  await until(Promise.all(sends))
  expect(responsive()).toEqual([true, true, true])
  await until(producer.close())
})
