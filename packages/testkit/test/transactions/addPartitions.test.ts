import { addPartitionsToTxn, endTxn } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { transactions } from '../support/transactionSetup.ts'

it('adds all partitions or none: the others are OPERATION_NOT_ATTEMPTED', async () => {
  const { producer, cluster } = await transactions()
  const a = await producer.init()
  expect(
    await producer.add(a, [
      ['t', 0],
      ['nowhere', 0],
      ['t', 9],
    ]),
  ).toEqual(['OPERATION_NOT_ATTEMPTED', 'UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_OR_PARTITION'])
  expect(cluster.transaction('tx')).toMatchObject({ state: 'Empty', partitions: [] })
})

it('knows its producers: PRODUCER_FENCED is INVALID_PRODUCER_EPOCH below version 2', async () => {
  const { producer, another } = await transactions()
  const a = await producer.init()
  const one = [['t', 0]] as const
  expect(await producer.add({ ...a, producerEpoch: 3 }, one)).toEqual(['PRODUCER_FENCED'])
  expect(await producer.add({ ...a, producerEpoch: 3 }, one, 1)).toEqual(['INVALID_PRODUCER_EPOCH'])
  expect(await producer.add({ ...a, producerId: 33n }, one)).toEqual(['INVALID_PRODUCER_ID_MAPPING'])
  expect(await another('nobody').add(a, one)).toEqual(['INVALID_PRODUCER_ID_MAPPING'])
  expect(await another('').add(a, one)).toEqual(['INVALID_REQUEST'])
})

it('TXR-08: says CONCURRENT_TRANSACTIONS until the transaction before has ended', async () => {
  const { producer, clock } = await transactions({ transactionMarkerMs: 100, transactionVersion: 0 })
  const a = await producer.init()
  await producer.add(a, [['t', 0]])
  await producer.commit(a, 4)
  expect(await producer.add(a, [['t', 0]])).toEqual(['CONCURRENT_TRANSACTIONS'])
  expect(await producer.addOffsets(a, 'g')).toBe('CONCURRENT_TRANSACTIONS')
  await clock.advance(100)
  expect(await producer.add(a, [['t', 0]])).toEqual(['NONE'])
})

it('can be seized like every other API, by name or topic, with the answer lost after the work', async () => {
  const { producer, cluster, client, clock, connect } = await transactions()
  const a = await producer.init()
  cluster.intercept('AddPartitionsToTxn', { error: 'COORDINATOR_NOT_AVAILABLE' }, { topic: 't', times: 1 })
  expect(await producer.add(a, [['t', 0]])).toEqual(['COORDINATOR_NOT_AVAILABLE'])
  expect(cluster.transaction('tx')?.state).toBe('Empty')
  for (const [api, error] of [
    ['AddOffsetsToTxn', 'UNKNOWN_SERVER_ERROR'],
    ['TxnOffsetCommit', 'ILLEGAL_GENERATION'],
    ['InitProducerId', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
    ['EndTxn', 'INVALID_TXN_STATE'],
  ] as const) {
    cluster.intercept(api, { error }, { times: 1 })
  }
  expect([
    await producer.addOffsets(a, 'g'),
    await producer.commitOffset(a, 1n),
    (await producer.init()).error,
    (await producer.commit(a)).error,
  ]).toEqual([
    'UNKNOWN_SERVER_ERROR',
    'ILLEGAL_GENERATION',
    'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
    'INVALID_TXN_STATE',
  ])
  await producer.add(a, [['t', 0]])
  cluster.intercept('EndTxn', { cutAfter: true }, { times: 1 })
  const lost = client.request(endTxn, { ...a, transactionalId: 'tx', committed: true }, 5)
  await expect(clock.runUntil(lost)).rejects.toThrow()
  expect(cluster.transaction('tx')).toMatchObject({ state: 'CompleteCommit', producerEpoch: 1 })
  const again = (await connect()).request(endTxn, { ...a, transactionalId: 'tx', committed: true }, 5)
  expect(await clock.runUntil(again)).toMatchObject({ errorCode: 0, producerEpoch: 1 })
  expect(cluster.history.some(({ apiName }) => apiName === addPartitionsToTxn.name)).toBe(true)
})
