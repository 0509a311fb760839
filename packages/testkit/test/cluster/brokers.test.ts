import { ErrorCode, metadata, produce } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { TestClient } from '../support/client.ts'
import { batch } from '../support/batch.ts'
import { metadataRequest, produceRequest } from '../support/requests.ts'
import { setup } from '../support/setup.ts'

it('stops a broker: connections cut, connects refused, leaders moved, and back', async () => {
  const { clock, client, cluster, connect, send, stored } = await setup()
  await send(batch(['a']))
  cluster.stopBroker(0)
  await clock.advance(0)
  expect(client.closed?.error?.message).toBe('read ECONNRESET')
  await expect(connect(0)).rejects.toThrow('connect ECONNREFUSED broker-0:9092')
  expect(cluster.partition('t', 0)).toMatchObject({ leader: 1, leaderEpoch: 1, inSync: [1] })
  await send(batch(['b']), await connect(1))
  await cluster.startBroker(0)
  expect(cluster.partition('t', 0)).toMatchObject({ leader: 1, inSync: [0, 1] })
  expect((await send(batch(['c']), await connect(0))).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  expect(stored()).toEqual(['a', 'b'])
})

it('leaves partitions without a leader when told so, until the broker is back', async () => {
  const { cluster } = await setup()
  cluster.stopBroker(0, { leaders: 'stay' })
  expect(cluster.partition('t', 0)).toMatchObject({ leader: -1, leaderEpoch: 1 })
  await cluster.startBroker(0)
  expect(cluster.partition('t', 0)).toMatchObject({ leader: 0, leaderEpoch: 2 })
})

it('loses the requests that a stopped broker was at', async () => {
  const { clock, client, cluster, stored } = await setup()
  cluster.intercept('Produce', { delayBeforeMs: 100 })
  client.send(produce, produceRequest('t', 0, batch(['a'])), 9)
  await clock.advance(50)
  cluster.stopBroker(0)
  await cluster.startBroker(0)
  await clock.advance(1000)
  expect(stored()).toEqual([])
})

it('lets a machine vanish: nothing is closed, nothing opens', async () => {
  const { clock, client, cluster } = await setup()
  cluster.stopBroker(0, { silent: true })
  client.send(metadata, metadataRequest(null), 9)
  const attempt = new AbortController()
  const connecting = cluster
    .transport()({ clock, random: Math.random, logger: console, clientId: '' })
    .connect({ host: 'broker-0', port: 9092, purpose: 'broker', nodeId: 0 }, new TestClient(), attempt.signal)
  clock.schedule(30_000, () => {
    attempt.abort(new Error('patience'))
  })
  await expect(clock.runUntil(connecting)).rejects.toThrow('patience')
  expect(clock.now()).toBe(30_000)
  expect(client.events).toEqual(['released'])
})

it('pauses a broker: it takes all and answers nothing, then all of it', async () => {
  const { clock, client, cluster, connect, stored } = await setup()
  cluster.pauseBroker(0)
  const early = client.request(produce, produceRequest('t', 0, batch(['a'])), 9)
  const late = (await connect(0)).request(produce, produceRequest('t', 0, batch(['b'])), 9)
  await clock.advance(60_000)
  expect(stored()).toEqual([])
  expect(client.events).toEqual(['released'])
  cluster.resumeBroker(0)
  await clock.runUntil(Promise.all([early, late]))
  expect(stored()).toEqual(['a', 'b'])
})

it('runs what was sent before the client went away', async () => {
  const { clock, client, cluster, stored } = await setup({ latencyMs: 10 })
  cluster.intercept('Produce', { delayBeforeMs: 1000 }, { times: 1 })
  for (const value of ['a', 'b']) client.send(produce, produceRequest('t', 0, batch([value])), 9)
  client.connection.destroy(new Error('given up'))
  await clock.advance(500)
  expect(client.closed?.error?.message).toBe('given up')
  expect(stored()).toEqual([])
  await clock.advance(1000)
  expect(stored()).toEqual(['a', 'b'])
})

it('cuts connections without stopping anyone', async () => {
  const { clock, client, cluster, connect, send } = await setup()
  const other = await connect(1)
  cluster.cutConnections(0)
  await clock.advance(0)
  expect([client.closed?.error?.message, other.closed]).toEqual(['read ECONNRESET', undefined])
  cluster.cutConnections()
  await clock.advance(0)
  expect(other.closed).toBeDefined()
  expect((await send(batch(['a']), await connect(0))).errorCode).toBe(ErrorCode.NONE)
})

it('throttles: says so in each answer and reads nothing for so long (NET-15)', async () => {
  const { clock, client, cluster } = await setup()
  cluster.throttle(250)
  const ask = () => clock.runUntil(client.request(metadata, metadataRequest(null), 9))
  expect((await ask()).throttleTimeMs).toBe(250)
  expect(clock.now()).toBe(0)
  cluster.throttle(0)
  expect((await ask()).throttleTimeMs).toBe(0)
  expect(clock.now()).toBe(250)
})

it('closes a connection that does not speak Kafka', async () => {
  const { clock, connect } = await setup()
  const frames = [
    'GET / HTTP/1.1\r\n\r\n',
    '\x7f\xff\xff\xff',
    '\0\0\0\x02\0\x03',
    '\0\0\0\x0c\x01\0\0\0\0\0\0\0\xff\xff\0\0',
  ]
  for (const bytes of frames) {
    const client = await connect()
    client.sendBytes(Buffer.from(bytes, 'latin1'))
    await clock.advance(0)
    expect(client.closed, JSON.stringify(bytes)).toBeDefined()
  }
})

it('remembers what it was asked, with the time, and no more than it should', async () => {
  const { clock, client, cluster, send } = await setup({ historyLimit: 8 })
  await send(batch(['a']))
  await clock.advance(40)
  await clock.runUntil(client.request(metadata, metadataRequest(['t']), 9))
  expect(cluster.history.map(({ apiName, at }) => [apiName, at])).toEqual([
    ['Produce', 0],
    ['Metadata', 40],
  ])
  for (let i = 0; i < 20; i++) await send(batch([String(i)]))
  expect(cluster.history.length).toBeLessThanOrEqual(8)
  expect(cluster.history.at(-1)?.correlationId).toBe(21)
  cluster.clearHistory()
  expect(cluster.history).toEqual([])
})

it('refuses what cannot be, and names it', async () => {
  const { cluster } = await setup()
  expect(() => cluster.stopBroker(5)).toThrow('there is no broker 5')
  expect(() => cluster.createTopic('t')).toThrow('topic t exists already')
  expect(() => cluster.createTopic('a b')).toThrow("'a b' is not a topic name")
  expect(() => cluster.createTopic('u', 0)).toThrow('partitions must be a whole number of at least 1, not 0')
  expect(() => cluster.createTopic('u', { replicationFactor: 3 })).toThrow('replicationFactor 3 with 2 brokers')
  expect(() => cluster.records('u')).toThrow('there is no topic u')
  expect(() => cluster.log('t', 1)).toThrow('there is no partition t-1')
})

it('gives a topic more partitions, never fewer', async () => {
  const { cluster } = await setup()
  const { replicas } = cluster.partition('t', 0)
  const before = cluster.records('t').length
  expect(() => cluster.addPartitions('t', 1)).toThrow('it can get more, not 1')
  expect(() => cluster.addPartitions('nowhere', 3)).toThrow('there is no topic nowhere')
  cluster.addPartitions('t', 5)
  expect(cluster.partition('t', 4)).toMatchObject({ leaderEpoch: 0, endOffset: 0n })
  expect(cluster.partition('t', 4).replicas).toHaveLength(replicas.length)
  expect(cluster.records('t')).toHaveLength(before)
  expect(() => cluster.partition('t', 5)).toThrow('there is no partition t-5')
})
