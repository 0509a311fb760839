import { createCluster, VirtualClock } from '@posthorn/testkit'
import { expect, it } from 'vitest'
import { createHandler } from '../src/handler.ts'

const order = (id: string): { id: string } => ({ id })

it('has stored everything when a call returns, and keeps its producer for the next', async () => {
  const clock = new VirtualClock()
  const cluster = createCluster({ clock, topics: { orders: 3 } })
  const { bootstrapServers } = cluster
  const handler = createHandler({ bootstrapServers, clock, transport: cluster.transport() })
  expect(await clock.runUntil(handler({ orders: [order('a'), order('b')] }))).toEqual({ stored: 2 })
  expect(cluster.records('orders')).toHaveLength(2)
  // Frozen for longer than any timeout.
  await clock.advance(3_600_000)
  expect(await clock.runUntil(handler({ orders: [order('c')] }))).toEqual({ stored: 1 })
  expect(cluster.records('orders')).toHaveLength(3)
  expect(cluster.history.filter(({ apiName }) => apiName === 'InitProducerId')).toHaveLength(1)
  await clock.runUntil(handler.end())
  await clock.runUntilIdle()
})

it('says within its time that Kafka did not answer', async () => {
  const clock = new VirtualClock()
  const cluster = createCluster({ clock, topics: { orders: 1 } })
  cluster.intercept('Produce', { drop: true })
  const { bootstrapServers } = cluster
  const handler = createHandler({ bootstrapServers, clock, transport: cluster.transport() })
  const began = clock.now()
  await expect(clock.runUntil(handler({ orders: [order('a')] }))).rejects.toMatchObject({ code: 'DELIVERY_TIMEOUT' })
  expect(clock.now() - began).toBeLessThan(12_000)
  await clock.runUntil(handler.end())
})

it('that was never called has nothing to end', async () => {
  await createHandler({ bootstrapServers: 'nowhere:9092' }).end()
})
