import type { ClusterOptions } from '@posthorn/testkit'
import { createCluster, VirtualClock } from '@posthorn/testkit'
import { transactions } from '@posthorn/transactions'
import { createProducer } from 'posthorn'
import { expect, test } from 'vitest'

// What the simulation found: what an application is told of a transaction's end has to be what became of it.

async function setUp(options: ClusterOptions = {}) {
  const clock = new VirtualClock()
  const cluster = createCluster({ topics: { orders: 1 }, ...options, clock })
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport(),
    delivery: transactions({ transactionalId: 'billing' }),
    clock,
  })
  await clock.runUntil(producer.delivery.init())
  const send = (): Promise<unknown> => producer.send({ topic: 'orders', value: 'x' })
  const visible = (): number => cluster.records('orders', 0, { isolation: 'read_committed' }).length
  return { clock, cluster, producer, delivery: producer.delivery, send, visible }
}

test('after close nothing begins and nothing is committed, whatever was open', async () => {
  const { clock, producer, delivery, send, visible } = await setUp()
  delivery.begin()
  const sent = send()
  const closed = producer.close()
  const late = send()
  await expect(late).rejects.toMatchObject({ code: 'PRODUCER_CLOSED' })
  // Without that record the transaction would not be whole.
  await expect(delivery.commit()).rejects.toMatchObject({ code: 'PRODUCER_CLOSED', severity: 'fatal' })
  await clock.runUntil(closed)
  await sent
  expect(() => delivery.begin()).toThrow(expect.objectContaining({ code: 'PRODUCER_CLOSED' }))
  expect(visible()).toBe(0)
})

test('a commit that is under way when the producer is closed ends as it would have', async () => {
  const { clock, producer, delivery, send, visible } = await setUp({ latencyMs: 5 })
  delivery.begin()
  const sent = send()
  const committed = delivery.commit()
  await clock.runUntil(Promise.all([producer.close(), committed, sent]))
  expect(visible()).toBe(1)
})

/** A cluster on which V2 is agreed on when the first transaction is under way: its end is V1 and raises the epoch by itself. */
async function setUpUpgrade() {
  let isV2 = false
  const setup = await setUp({ transactionVersion: 0 })
  const { clock, cluster, delivery, send } = setup
  const feature = { name: 'transaction.version', maxVersionLevel: 2, minVersionLevel: 2 }
  cluster.intercept('ApiVersions', () =>
    isV2
      ? { change: (it: object) => ({ ...it, finalizedFeatures: [feature], finalizedFeaturesEpoch: 2n }) }
      : undefined,
  )
  delivery.begin()
  await clock.runUntil(send())
  isV2 = true
  cluster.cutConnections()
  await clock.advance(100)
  return setup
}

test.each([
  ['TRANSACTION_ABORTABLE', 'ABORTABLE_ERROR'],
  ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'UNINITIALIZED'],
  ['PRODUCER_FENCED', 'FATAL_ERROR'],
])(
  'a commit resolves once it is done, though the next epoch cannot be had (%s); the state tells',
  async (error, state) => {
    const { clock, cluster, delivery, send, visible } = await setUpUpgrade()
    await clock.runUntil(send())
    cluster.intercept('InitProducerId', { error }, { times: 1 })
    await clock.runUntil(delivery.commit())
    expect(visible()).toBe(2)
    expect(delivery.state).toBe(state)
  },
)

test('TXR-04: what stops an abort is fatal, also when it is said of the coordinator', async () => {
  const { clock, cluster, delivery, send } = await setUp({ brokers: 2 })
  delivery.begin()
  await clock.runUntil(send())
  cluster.intercept('FindCoordinator', { error: 'TRANSACTION_ABORTABLE' })
  cluster.moveCoordinator('billing', 1 - cluster.coordinator('billing'))
  await expect(clock.runUntil(delivery.abort())).rejects.toMatchObject({
    code: 'TRANSACTION_ABORTABLE',
    severity: 'fatal',
  })
  expect(delivery.state).toBe('FATAL_ERROR')
})

test('TXN-05: a partition is added although more batches of one that is being added were opened before it', async () => {
  const { clock, cluster, delivery, producer } = await setUp({
    transactionVersion: 0,
    topics: { orders: 2 },
    latencyMs: 50,
  })
  const send = (partition: number): Promise<unknown> =>
    producer.send({ topic: 'orders', partition, value: 'x'.repeat(10_000) })
  delivery.begin()
  const first = send(0)
  await clock.runUntil(() => cluster.history.some(({ apiName }) => apiName === 'AddPartitionsToTxn'))
  const more = [send(0), send(0), send(1)]
  await clock.runUntil(Promise.all([first, ...more, delivery.commit()]), { limitMs: 5_000 })
  expect(cluster.records('orders', 1, { isolation: 'read_committed' })).toHaveLength(1)
})

test('TRQ-03: the error of a transaction that is aborted at once does not reach the records of the next one', async () => {
  const { clock, cluster, delivery, send, visible } = await setUp({ transactionVersion: 0 })
  cluster.intercept('AddOffsetsToTxn', { error: 'GROUP_AUTHORIZATION_FAILED' }, { times: 1 })
  const next = (async () => {
    delivery.begin()
    await delivery.sendOffsets([{ topic: 'orders', partition: 0, offset: 1 }], { groupId: 'g' }).catch(() => {})
    // Nothing was begun at the coordinator, so this ends before the sender takes a pass.
    await delivery.abort()
    delivery.begin()
    const sent = send()
    await delivery.commit()
    await sent
  })()
  await clock.runUntil(next)
  expect(visible()).toBe(1)
})

test('TXR-10: an abort at a coordinator that has forgotten the producer is fatal where no epoch can be raised', async () => {
  const { clock, cluster, delivery, send } = await setUp({
    transactionVersion: 0,
    apiVersions: { InitProducerId: { max: 2 } },
  })
  delivery.begin()
  await clock.runUntil(send())
  cluster.intercept('EndTxn', { error: 'UNKNOWN_PRODUCER_ID' }, { times: 1 })
  await expect(clock.runUntil(delivery.abort())).rejects.toMatchObject({
    code: 'UNKNOWN_PRODUCER_ID',
    severity: 'fatal',
  })
  expect(delivery.state).toBe('FATAL_ERROR')
})
