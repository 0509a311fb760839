import { expect, it } from 'vitest'
import { transactions } from '../support/transactionSetup.ts'

it('refuses a partition that is not in the transaction: INVALID_TXN_STATE, from version 11 on TRANSACTION_ABORTABLE', async () => {
  const { producer, cluster } = await transactions()
  const it = await producer.init()
  expect(await producer.send(it, 0, { version: 10 })).toBe('INVALID_TXN_STATE')
  expect(await producer.send(it, 0, { version: 11 })).toBe('TRANSACTION_ABORTABLE')
  await producer.add(it, [['t', 1]])
  expect(await producer.send(it, 0, { version: 11 })).toBe('TRANSACTION_ABORTABLE')
  await producer.add(it, [['t', 0]])
  expect(await producer.send(it, 0, { version: 11 })).toBe('NONE')
  expect(cluster.transaction('tx')?.partitions).toEqual(['t-1', 't-0'])
})

it('adds the partition by itself from version 12 on (KIP-890)', async () => {
  const { producer, cluster } = await transactions()
  const it = await producer.init()
  expect(await producer.send(it, 0, { partition: 1 })).toBe('NONE')
  expect(cluster.transaction('tx')).toMatchObject({ state: 'Ongoing', partitions: ['t-1'] })
  expect(cluster.partition('t', 1).openTransactions).toEqual([
    { producerId: it.producerId, producerEpoch: 0, firstOffset: 0n },
  ])
})

it('waits for the end of the transaction before, as a leader does, for a tenth of a second', async () => {
  const { producer, clock } = await transactions({ transactionMarkerMs: 50 })
  const first = await producer.init()
  await producer.send(first, 0)
  const second = await producer.commit(first)
  const at = clock.now()
  expect(await producer.send(second, 0)).toBe('NONE')
  expect(clock.now() - at).toBe(60)
})

it('gives up that wait with CONCURRENT_TRANSACTIONS, which old versions get as NOT_ENOUGH_REPLICAS', async () => {
  const { producer, clock } = await transactions({ transactionMarkerMs: 5000 })
  const first = await producer.init()
  await producer.send(first, 0)
  const second = await producer.commit(first)
  const at = clock.now()
  expect(await producer.send(second, 0)).toBe('CONCURRENT_TRANSACTIONS')
  expect(clock.now() - at).toBe(100)
  expect(await producer.send(second, 0, { version: 11 })).toBe('NOT_ENOUGH_REPLICAS')
})

it('is NOT_ENOUGH_REPLICAS while the coordinator cannot be asked, and never lets a later batch overtake', async () => {
  const { producer, cluster, clock, committed } = await transactions()
  const it = await producer.init()
  cluster.moveCoordinator('tx', -1)
  expect(await producer.send(it, 0, { values: ['a'] })).toBe('NOT_ENOUGH_REPLICAS')
  cluster.moveCoordinator('tx', 0)
  expect(await producer.send(it, 0, { values: ['a'] })).toBe('NOT_ENOUGH_REPLICAS')
  await clock.advance(60)
  expect(await producer.send(it, 1, { values: ['b'] })).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
  expect(await producer.send(it, 0, { values: ['a'] })).toBe('NONE')
  expect(await producer.send(it, 1, { values: ['b'] })).toBe('NONE')
  await producer.commit(it)
  expect(committed()).toEqual(['a', 'b'])
})

it('wants the transactional id with transactional batches, and none but those while a transaction is open', async () => {
  const { producer } = await transactions()
  const it = await producer.init()
  expect(await producer.send(it, 0, { transactionalId: null })).toBe('TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
  await producer.send(it, 0)
  expect(await producer.send(it, 1, { transactional: false })).toBe('INVALID_TXN_STATE')
  expect(await producer.send(it, 1)).toBe('NONE')
})

it('answers a repeated batch of the open transaction as the first time', async () => {
  const { producer, cluster } = await transactions()
  const it = await producer.init()
  expect([await producer.send(it, 0), await producer.send(it, 0)]).toEqual(['NONE', 'NONE'])
  expect(cluster.records('t', 0)).toHaveLength(1)
})

it('plays leaders from before Kafka 3.6, where a batch that comes late opens a transaction that nobody ends', async () => {
  const { producer, cluster } = await transactions({ transactionPartitionVerification: false })
  const it = await producer.init()
  expect(await producer.send(it, 0, { version: 11 })).toBe('NONE')
  expect(cluster.transaction('tx')?.state).toBe('Empty')
  expect(cluster.partition('t', 0)).toMatchObject({ lastStableOffset: 0n, endOffset: 1n })
})
