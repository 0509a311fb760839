import { createCluster, VirtualClock } from '@posthorn/testkit'
import { partitionerConformance } from '@posthorn/testkit/conformance'
import { createProducer } from 'posthorn'
import { describe, expect, it } from 'vitest'
import { byTenant } from '../src/byTenant.ts'

describe('byTenant keeps the contract of Partitioner', () => {
  for (const { name, run } of partitionerConformance({ create: () => byTenant([]) })) it(name, run)
})

describe('byTenant, with partitions that are taken, keeps it too', () => {
  const features = { spreads: false }
  const cases = partitionerConformance({ create: () => byTenant(['acme', 'globex']), features })
  for (const { name, run } of cases) it(name, run)
})

describe('byTenant', () => {
  it('gives large tenants a partition each, and the others those that are left', async () => {
    const clock = new VirtualClock()
    const cluster = createCluster({ clock, topics: { orders: 4 } })
    const { bootstrapServers } = cluster
    const partitioner = byTenant(['acme', 'globex'])
    const producer = createProducer({ bootstrapServers, clock, transport: cluster.transport(), partitioner })
    const keys = ['acme/1', 'acme/2', 'globex/1', 'initech/1', 'initech/2', 'hooli/1', null, null]
    const sends = keys.map((key) => producer.send({ topic: 'orders', key, value: 'x' }))
    const partitions = (await clock.runUntil(Promise.all(sends))).map(({ partition }) => partition)
    await clock.runUntil(producer.close())
    expect(partitions.slice(0, 3)).toEqual([0, 0, 1])
    expect(partitions[3]).toBe(partitions[4])
    expect(partitions.slice(3).every((partition) => partition >= 2)).toBe(true)
    expect(partitions[6]).not.toBe(partitions[7])
  })

  it('lets all share a topic that has too few partitions', () => {
    const { partition } = byTenant(['acme', 'globex'])({} as never).forTopic('orders')
    const view = { partitionCount: 2 } as never
    const places = ['acme', 'globex', 'initech'].map((tenant) => partition(Buffer.from(`${tenant}/1`), view))
    expect(places.every((place) => place === 0 || place === 1)).toBe(true)
  })

  it('refuses a tenant that is named twice', () => {
    expect(() => byTenant(['acme', 'acme'])).toThrow('expected each tenant once')
  })
})
