import type { BrokerAddress } from '@posthorn/contracts'
import { metadata, produce } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { createCluster, seededRandom, VirtualClock } from '../../src/index.ts'
import { batch } from '../support/batch.ts'
import { env, TestClient } from '../support/client.ts'
import { metadataRequest, produceRequest } from '../support/requests.ts'
import { setup } from '../support/setup.ts'

const to: BrokerAddress = { host: 'broker-0', port: 9092, purpose: 'bootstrap', nodeId: -1 }

it('takes a round trip to connect, then half of one each way', async () => {
  const { clock, client } = await setup({ latencyMs: 20 })
  expect(clock.now()).toBe(40)
  await clock.runUntil(client.request(metadata, metadataRequest(null), 9))
  expect(clock.now()).toBe(80)
})

it('knows no other hosts', async () => {
  const { clock, cluster } = await setup()
  const transport = cluster.transport()(env)
  const connecting = transport.connect({ ...to, host: 'elsewhere' }, new TestClient(), new AbortController().signal)
  await expect(clock.runUntil(connecting)).rejects.toMatchObject({ code: 'ENOTFOUND' })
})

it('gives the reason of an abort, before and while it connects', async () => {
  const clock = new VirtualClock()
  const transport = createCluster({ clock, latencyMs: 100 }).transport()(env)
  const early = transport.connect(to, new TestClient(), AbortSignal.abort(new Error('early')))
  await expect(clock.runUntil(early)).rejects.toThrow('early')
  const controller = new AbortController()
  const late = transport.connect(to, new TestClient(), controller.signal)
  clock.schedule(50, () => {
    controller.abort(new Error('late'))
  })
  await expect(clock.runUntil(late)).rejects.toThrow('late')
  expect([clock.now(), clock.pending]).toEqual([50, 0])
})

it('cuts bytes anywhere, in both directions, and keeps their order', async () => {
  const clock = new VirtualClock()
  const random = seededRandom('chunks')
  const cluster = createCluster({ clock, random, topics: { t: 1 }, latencyMs: () => random() * 10 })
  const client = await clock.runUntil(new TestClient().connect(cluster, 0, { chunking: true }))
  const values = Array.from({ length: 50 }, (_, i) => String(i))
  const answers = values.map((value) => client.request(produce, produceRequest('t', 0, batch([value])), 9))
  await clock.runUntil(Promise.all(answers))
  expect(cluster.records('t').map((record) => Buffer.from(record.value!).toString())).toEqual(values)
  expect(client.events.filter((event) => event.startsWith('data')).length).toBeGreaterThan(50)
})

it('reads what is written only when it arrives, and then releases it', async () => {
  const { clock, client, cluster } = await setup({ latencyMs: 5 })
  const bytes = new Uint8Array([0, 0, 0, 1])
  client.sendBytes(bytes)
  expect(client.events).toEqual([])
  bytes.set(Buffer.from('GET '))
  await clock.advance(5)
  expect(client.events).toEqual(['released'])
  await clock.advance(5)
  expect(client.closed).toBeDefined()
  expect(cluster.history).toEqual([])
})

it('says when to wait and when to go on', async () => {
  const clock = new VirtualClock()
  const cluster = createCluster({ clock, latencyMs: 5 })
  const client = await clock.runUntil(new TestClient().connect(cluster, 0, { highWaterMark: 10 }))
  const write = (length: number): boolean => client.connection.write([new Uint8Array(length)], () => {})
  expect([write(8), write(8), write(1)]).toEqual([true, false, false])
  expect(client.events).toEqual([])
  await clock.advance(5)
  expect(client.events).toEqual(['drain'])
  expect(write(3)).toBe(true)
})

it('ends in an orderly way after what was written was answered', async () => {
  const { clock, client } = await setup()
  const answer = client.request(metadata, metadataRequest(null), 9)
  client.connection.end()
  client.connection.write([new Uint8Array([1])], () => client.events.push('released late'))
  await clock.runUntil(answer)
  await clock.advance(0)
  expect(client.events.at(-1)).toBe('close null')
  expect(client.events).toContain('released late')
})

it('closes once, last, and not inside destroy', async () => {
  const { clock, client, cluster } = await setup()
  client.send(metadata, metadataRequest(null), 9)
  client.connection.destroy(new Error('mine'))
  client.connection.destroy(new Error('again'))
  client.connection.end()
  expect(client.events).toEqual([])
  cluster.stopBroker(0)
  client.connection.write([new Uint8Array([1])], () => client.events.push('released late'))
  await clock.advance(100)
  expect(client.events.filter((event) => event.startsWith('close'))).toEqual(['close mine'])
  expect(client.events.filter((event) => event.startsWith('data'))).toEqual([])
  expect(client.events.filter((event) => event.startsWith('released'))).toHaveLength(2)
})

it('is the same run for the same seed', async () => {
  const run = async (): Promise<string> => {
    const clock = new VirtualClock()
    const random = seededRandom(7)
    const cluster = createCluster({ clock, random, brokers: 3, topics: { t: 3 }, latencyMs: () => random() * 30 })
    const client = await clock.runUntil(new TestClient().connect(cluster, 0, { chunking: true }))
    cluster.intercept('Produce', () => (random() < 0.3 ? { delayAfterMs: random() * 100 } : undefined))
    for (let i = 0; i < 20; i++) {
      await clock.runUntil(client.request(produce, produceRequest('t', 0, batch([String(i)])), 9))
    }
    return JSON.stringify([cluster.topicId('t'), clock.now(), client.events])
  }
  expect(await run()).toBe(await run())
})
