import { ErrorCode, initProducerId, metadata, type MetadataResponse, produce } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { batch } from '../support/batch.ts'
import { metadataRequest, onlyPartition, produceRequest } from '../support/requests.ts'
import { setup } from '../support/setup.ts'

it('answers with an error instead of running the request, as often as told', async () => {
  const { cluster, send, stored } = await setup()
  const interception = cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 2 })
  const codes = []
  for (const value of ['a', 'b', 'c']) codes.push((await send(batch([value]))).errorCode)
  expect(codes).toEqual([ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.NONE])
  expect(stored()).toEqual(['c'])
  expect([interception.count, interception.active]).toEqual([2, false])
})

it('lets requests pass first, and stops when it is removed', async () => {
  const { cluster, send, stored } = await setup()
  const interception = cluster.intercept(0, { error: 19 }, { skip: 1 })
  for (const value of ['a', 'b', 'c']) {
    await send(batch([value]))
    if (value === 'b') interception[Symbol.dispose]()
  }
  expect(stored()).toEqual(['a', 'c'])
})

it('shows the handler everything, which may wait before it decides', async () => {
  const { clock, cluster, send } = await setup()
  const seen: unknown[] = []
  cluster.intercept('*', async (request) => {
    seen.push(request)
    await new Promise<void>((resolve) => clock.schedule(50, resolve))
    return { error: 'KAFKA_STORAGE_ERROR' }
  })
  expect((await send(batch(['a']))).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
  expect(seen).toMatchObject([
    { broker: 0, apiKey: 0, apiName: 'Produce', version: 12, correlationId: 0, clientId: 'test', topics: ['t'], at: 0 },
  ])
  expect(clock.now()).toBe(50)
})

it('asks handlers in the order in which they came; the first that acts decides', async () => {
  const { cluster, send } = await setup()
  cluster.intercept('Produce', () => undefined)
  cluster.intercept('Produce', { error: 19 })
  cluster.intercept('Produce', { error: 6 })
  expect((await send(batch(['a']))).errorCode).toBe(19)
  cluster.clearInterceptions()
  expect((await send(batch(['a']))).errorCode).toBe(ErrorCode.NONE)
})

it('chooses by broker and by topic', async () => {
  const { clock, client, cluster, connect } = await setup({ topics: { t: 1, u: 1 } })
  cluster.intercept('Produce', { error: 19 }, { topic: 'u' })
  cluster.intercept('Metadata', { error: 5 }, { broker: 1 })
  const code = async (topic: string) =>
    onlyPartition(await clock.runUntil(client.request(produce, produceRequest(topic, 0, batch(['a'])), 9))).errorCode
  expect([await code('t'), await code('u')]).toEqual([0, 19])
  const other = await connect(1)
  const ask = async (from: typeof client) =>
    (await clock.runUntil(from.request(metadata, metadataRequest(['t']), 9))).topics[0]?.errorCode
  expect([await ask(client), await ask(other)]).toEqual([0, 5])
})

it('answers with a body, or changes what would have been answered', async () => {
  const { clock, client, cluster } = await setup()
  const answer = { throttleTimeMs: 0, errorCode: 0, producerId: 99n, producerEpoch: 3 }
  cluster.intercept('InitProducerId', { answer })
  const ask = { transactionalId: null, transactionTimeoutMs: 0, producerId: -1n, producerEpoch: -1 }
  expect(await clock.runUntil(client.request(initProducerId, ask, 5))).toEqual(answer)
  cluster.intercept('Metadata', {
    change: (response: MetadataResponse) => ({
      ...response,
      brokers: response.brokers.map((broker) => ({ ...broker, port: 1 })),
    }),
  })
  const { brokers } = await clock.runUntil(client.request(metadata, metadataRequest(null), 9))
  expect(brokers.map((broker) => broker.port)).toEqual([1, 1])
})

it('delays before the append or after it', async () => {
  const { clock, cluster, send, stored } = await setup()
  cluster.intercept('Produce', { delayBeforeMs: 300, delayAfterMs: 200 })
  const seen: [number, number][] = []
  for (const at of [299, 301]) clock.schedule(at, () => seen.push([at, stored().length]))
  await send(batch(['a']))
  expect(seen).toEqual([
    [299, 0],
    [301, 1],
  ])
  expect(clock.now()).toBe(500)
})

it('keeps answers of a connection in order, whatever is delayed (NET-05)', async () => {
  const { clock, client, cluster, stored } = await setup()
  cluster.intercept('Produce', { delayAfterMs: 100 }, { times: 1 })
  const order: string[] = []
  const first = client.request(produce, produceRequest('t', 0, batch(['a'])), 9).then(() => order.push('first'))
  const second = client.request(produce, produceRequest('t', 0, batch(['b'])), 9).then(() => order.push('second'))
  await clock.runUntil(Promise.all([first, second]))
  expect(order).toEqual(['first', 'second'])
  expect(stored()).toEqual(['a', 'b'])
})

it.each([
  ['cutBefore', []],
  ['cutAfter', ['a']],
] as const)('%s cuts the connection, with %j stored', async (when, left) => {
  const { client, cluster, send, stored } = await setup()
  cluster.intercept('Produce', { [when]: true })
  await expect(send(batch(['a']))).rejects.toThrow('ECONNRESET')
  expect(stored()).toEqual(left)
  expect(client.closed?.error?.message).toBe('read ECONNRESET')
})

it('loses the answer, and every later one of the connection', async () => {
  const { clock, client, cluster, connect, send, stored } = await setup()
  cluster.intercept('Produce', { drop: true }, { times: 1 })
  for (const value of ['a', 'b']) client.send(produce, produceRequest('t', 0, batch([value])), 9)
  await clock.advance(60_000)
  expect(stored()).toEqual(['a', 'b'])
  expect(client.events).toEqual(['released', 'released'])
  expect((await send(batch(['c']), await connect())).errorCode).toBe(ErrorCode.NONE)
})

it('sends a frame that means nothing', async () => {
  const { clock, client, cluster } = await setup()
  cluster.intercept('Produce', { send: 'garbage' })
  const { bytes } = await clock.runUntil(client.frame(produce, produceRequest('t', 0, batch(['a'])), 9))
  expect(bytes).toHaveLength(48)
})

it('sends half of a frame and breaks off', async () => {
  const { client, cluster, send } = await setup()
  cluster.intercept('Produce', { send: 'partial' })
  await expect(send(batch(['a']))).rejects.toThrow('ECONNRESET')
  expect(client.events).toEqual(['released', expect.stringMatching(/^data \d+$/), 'close read ECONNRESET'])
})

it('sends any bytes', async () => {
  const { clock, client, cluster } = await setup()
  cluster.intercept('Produce', { send: Buffer.from('\0\0\0\x02ok') })
  const { bytes } = await clock.runUntil(client.frame(produce, produceRequest('t', 0, batch(['a'])), 9))
  expect(Buffer.from(bytes).toString()).toBe('ok')
})
