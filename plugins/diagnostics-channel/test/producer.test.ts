import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createCluster, VirtualClock } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import { afterEach, expect, test } from 'vitest'
import { channelOf } from '../src/channels.ts'
import type { ChannelMessage } from '../src/index.ts'

const heard = new Map<string, ChannelMessage[]>()
const listener = (message: unknown, name: string | symbol): void => {
  const list = heard.get(String(name)) ?? []
  heard.set(String(name), [...list, message as ChannelMessage])
}

afterEach(() => {
  for (const name of Object.values(channelOf)) unsubscribe(name, listener)
  heard.clear()
})

test('a producer of posthorn publishes what it does, from its start to its end', async () => {
  for (const name of Object.values(channelOf)) subscribe(name, listener)
  const clock = new VirtualClock()
  const cluster = createCluster({ clock, topics: { orders: 1 } })
  cluster.intercept('Produce', { error: 'NOT_LEADER_OR_FOLLOWER' }, { times: 1 })
  const transport = cluster.transport()
  const { bootstrapServers } = cluster
  const producer = createProducer({ bootstrapServers, clientId: 'billing', clock, transport, random: () => 0.5 })
  const sent = producer.send({ topic: 'orders', value: 'a' })
  await clock.runUntil(sent)
  await clock.runUntil(producer.close())

  const quiet = ['posthorn:batch:split', 'posthorn:request:throttled']
  expect([...heard.keys()].sort()).toEqual(
    Object.values(channelOf)
      .filter((name) => !quiet.includes(name))
      .sort(),
  )
  expect([...heard.values()].flat().every(({ clientId }) => clientId === 'billing')).toBe(true)
  expect(heard.get('posthorn:batch:retried')).toHaveLength(1)
  const [settled] = heard.get('posthorn:batch:settled') ?? []
  expect(settled?.event).toMatchObject({ partition: { topic: 'orders', partition: 0 }, records: 1, error: null })
  expect(heard.get('posthorn:producer:closed')).toEqual([{ clientId: 'billing', event: null }])
})

test('what the application gives as hooks still hears', async () => {
  const settled: number[] = []
  const clock = new VirtualClock()
  const cluster = createCluster({ clock, topics: { orders: 1 } })
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    clock,
    transport: cluster.transport(),
    hooks: [() => ({ name: 'own', onBatchSettled: ({ records }) => void settled.push(records) })],
  })
  await clock.runUntil(producer.send({ topic: 'orders', value: 'a' }))
  await clock.runUntil(producer.close())
  expect(settled).toEqual([1])
})
