import { CoordinatorType, ErrorCode, findCoordinator } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { transactions, type TransactionSetup } from '../support/transactionSetup.ts'

async function found({ client, clock }: TransactionSetup): Promise<readonly [number, number]> {
  const request = { keyType: CoordinatorType.TRANSACTION, keys: ['tx'] }
  const { coordinators } = await clock.runUntil(client.request(findCoordinator, request, 6))
  return [coordinators[0]!.nodeId, coordinators[0]!.errorCode]
}

it('answers from the coordinator alone, also after it has moved and loaded', async () => {
  const it = await transactions({ brokers: 2 })
  const { cluster, clock, producer, at } = it
  const far = await at(1)
  cluster.moveCoordinator('tx', 1)
  expect(await found(it)).toEqual([1, ErrorCode.NONE])
  expect([(await producer.init()).error, (await far.init()).error]).toEqual([
    'NOT_COORDINATOR',
    'COORDINATOR_LOAD_IN_PROGRESS',
  ])
  await clock.advance(50)
  const a = await far.init()
  expect(a.error).toBe('NONE')
  expect(await producer.add(a, [['t', 0]])).toEqual(['NOT_COORDINATOR'])
  expect((await producer.commit(a)).error).toBe('NOT_COORDINATOR')
})

it('is not available while its broker is down and nobody takes over, and has forgotten nothing then', async () => {
  const it = await transactions({ brokers: 2, coordinatorLoadMs: 20 })
  const { cluster, clock, at } = it
  cluster.moveCoordinator('tx', 1)
  await clock.advance(20)
  const a = await (await at(1)).init()
  cluster.stopBroker(1, { leaders: 'stay' })
  expect(cluster.coordinator('tx')).toBe(-1)
  expect(await found(it)).toEqual([-1, ErrorCode.COORDINATOR_NOT_AVAILABLE])
  void cluster.startBroker(1)
  expect(await found(it)).toEqual([1, ErrorCode.NONE])
  const back = await at(1)
  expect((await back.init(a)).error).toBe('COORDINATOR_LOAD_IN_PROGRESS')
  await clock.advance(20)
  expect(await back.init(a)).toEqual({ ...a, producerEpoch: 1 })
})

it('goes on at another broker when its own stops, in the middle of a transaction', async () => {
  const { cluster, clock, at, producer, committed } = await transactions({ brokers: 2 })
  cluster.moveCoordinator('tx', 1)
  await clock.advance(50)
  const far = await at(1)
  cluster.moveLeader('t', 0, 0)
  const a = await far.init()
  await producer.send(a, 0, { values: ['a'] })
  cluster.stopBroker(1)
  expect(cluster.coordinator('tx')).toBe(0)
  await clock.advance(50)
  expect((await producer.commit(a)).error).toBe('NONE')
  expect(committed()).toEqual(['a'])
})

it('writes the markers of a partition without a leader when it has one again', async () => {
  const { cluster, clock, at } = await transactions({ brokers: 2 })
  cluster.moveCoordinator('tx', 1)
  cluster.moveLeader('t', 0, 0)
  cluster.moveLeader('t', 1, 1)
  await clock.advance(60)
  const far = await at(1)
  const near = await at(0)
  const a = await far.init()
  await near.send(a, 0)
  await far.send(a, 0, { partition: 1 })
  cluster.stopBroker(0, { leaders: 'stay' })
  const b = await far.commit(a)
  expect(cluster.transaction('tx')).toMatchObject({ state: 'PrepareCommit', partitions: ['t-0'] })
  expect((await far.init(b)).error).toBe('CONCURRENT_TRANSACTIONS')
  expect(cluster.records('t', 1, { isolation: 'read_committed' })).toHaveLength(1)
  void cluster.startBroker(0)
  expect(cluster.transaction('tx')).toMatchObject({ state: 'CompleteCommit', partitions: [] })
  expect(cluster.records('t', 0, { isolation: 'read_committed' })).toHaveLength(1)
})

it('does not ask a leader that hangs for a marker', async () => {
  const { cluster, clock, at } = await transactions({ brokers: 2 })
  cluster.moveCoordinator('tx', 1)
  cluster.moveLeader('t', 0, 0)
  await clock.advance(60)
  const far = await at(1)
  const a = await far.init()
  await far.add(a, [['t', 0]])
  cluster.pauseBroker(0)
  await far.commit(a, 4)
  expect(cluster.transaction('tx')?.state).toBe('PrepareCommit')
  cluster.resumeBroker(0)
  expect(cluster.transaction('tx')?.state).toBe('CompleteCommit')
})
