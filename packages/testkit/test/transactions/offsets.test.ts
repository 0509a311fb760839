import { expect, it } from 'vitest'
import { transactions } from '../support/transactionSetup.ts'

it('shows offsets once the transaction has committed, and never those of an aborted one', async () => {
  const { producer, cluster } = await transactions()
  let it = await producer.init()
  expect(await producer.commitOffset(it, 7n, 5, { metadata: 'm' })).toBe('NONE')
  expect(cluster.transaction('tx')).toMatchObject({ state: 'Ongoing', groups: ['g'] })
  expect(cluster.committedOffsets('g')).toEqual([])
  it = await producer.commit(it)
  const committed = [{ topic: 't', partition: 0, offset: 7n, leaderEpoch: -1, metadata: 'm' }]
  expect(cluster.committedOffsets('g')).toEqual(committed)
  await producer.commitOffset(it, 9n)
  it = await producer.abort(it)
  expect(cluster.committedOffsets('g')).toEqual(committed)
  await producer.commit(it)
  expect(cluster.committedOffsets('g')).toEqual(committed)
})

it('wants AddOffsetsToTxn below version 5: INVALID_TXN_STATE, in version 4 TRANSACTION_ABORTABLE', async () => {
  const { producer, cluster } = await transactions()
  const it = await producer.init()
  expect(await producer.commitOffset(it, 1n, 3)).toBe('INVALID_TXN_STATE')
  expect(await producer.commitOffset(it, 1n, 4)).toBe('TRANSACTION_ABORTABLE')
  expect(await producer.addOffsets(it, 'g')).toBe('NONE')
  expect(await producer.commitOffset(it, 1n, 3)).toBe('NONE')
  await producer.commit(it, 4)
  expect(cluster.committedOffsets('g')).toHaveLength(1)
})

it('takes the later of two offsets, and tells partitions apart', async () => {
  const { producer, cluster } = await transactions()
  const it = await producer.init()
  const partition = (partitionIndex: number, committedOffset: bigint) => ({
    ...{ partitionIndex, committedOffset },
    ...{ committedLeaderEpoch: 2, committedMetadata: null },
  })
  await producer.commitOffset(it, 1n)
  await producer.commitOffset(it, 0n, 5, { topics: [{ name: 't', partitions: [partition(0, 5n), partition(1, 6n)] }] })
  await producer.commit(it)
  expect(cluster.committedOffsets('g').map(({ partition, offset }) => [partition, offset])).toEqual([
    [0, 5n],
    [1, 6n],
  ])
})

it('refuses what it cannot keep, and others than the producer', async () => {
  const { producer } = await transactions()
  const it = await producer.init()
  expect(await producer.commitOffset(it, 1n, 5, { topic: 'nowhere' })).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  expect(await producer.commitOffset(it, 1n, 5, { metadata: 'm'.repeat(4097) })).toBe('OFFSET_METADATA_TOO_LARGE')
  expect(await producer.commitOffset({ ...it, producerEpoch: 4 }, 1n)).toBe('INVALID_PRODUCER_EPOCH')
  expect(await producer.addOffsets({ ...it, producerEpoch: 4 }, 'g')).toBe('PRODUCER_FENCED')
  expect(await producer.addOffsets({ ...it, producerEpoch: 4 }, 'g', 1)).toBe('INVALID_PRODUCER_EPOCH')
  expect(await producer.addOffsets({ ...it, producerId: 44n }, 'g')).toBe('INVALID_PRODUCER_ID_MAPPING')
})

it('comes from the coordinator of the group, which asks that of the transaction', async () => {
  const { producer, cluster, at, clock } = await transactions({ brokers: 2 })
  cluster.moveCoordinator('tx', 0)
  cluster.moveCoordinator('g', 1, 'group')
  await clock.advance(60)
  const it = await producer.init()
  expect(await producer.commitOffset(it, 1n)).toBe('NOT_COORDINATOR')
  const group = await at(1)
  expect(await group.commitOffset(it, 1n)).toBe('NONE')
  expect(await group.addOffsets(it, 'g')).toBe('NOT_COORDINATOR')
  cluster.moveCoordinator('tx', -1)
  expect(await group.commitOffset(it, 1n)).toBe('COORDINATOR_NOT_AVAILABLE')
  cluster.moveCoordinator('g', 1, 'group')
  expect(await group.commitOffset(it, 1n)).toBe('COORDINATOR_LOAD_IN_PROGRESS')
  expect(await group.commitOffset(it, 1n, 1)).toBe('COORDINATOR_NOT_AVAILABLE')
})
