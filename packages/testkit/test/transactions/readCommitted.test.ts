import { fetch, LATEST_TIMESTAMP, listOffsets, MAX_TIMESTAMP } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { baseTime, batch } from '../support/batch.ts'
import { fetchRequest } from '../support/requests.ts'
import { offsetsOf, transactions, type TransactionSetup } from '../support/transactionSetup.ts'

async function offsetAt(
  { client, clock }: TransactionSetup,
  timestamp: number,
  isolationLevel: number,
): Promise<bigint> {
  const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp }]
  const body = { replicaId: -1, isolationLevel, topics: [{ name: 't', partitions }], timeoutMs: 0 }
  const answer = await clock.runUntil(client.request(listOffsets, body, 7))
  return answer.topics[0]!.partitions[0]!.offset
}

it('ends at the oldest open transaction, in Fetch, ListOffsets and records', async () => {
  const it = await transactions()
  const { producer, another, cluster, send, read, committed } = it
  await send(batch(['plain']))
  const a = await producer.init()
  const other = another('other')
  const b = await other.init()
  await producer.send(a, 0, { values: ['a'] })
  await other.send(b, 0, { values: ['b'] })
  await other.commit(b)
  expect(cluster.partition('t', 0)).toMatchObject({ endOffset: 4n, lastStableOffset: 1n })
  const stable = await read(0n, 1)
  expect(stable).toMatchObject({ highWatermark: 4n, lastStableOffset: 1n, abortedTransactions: [] })
  expect(offsetsOf(stable)).toEqual([0])
  const all = await read(0n, 0)
  expect(all).toMatchObject({ lastStableOffset: 1n, abortedTransactions: null })
  expect(offsetsOf(all)).toEqual([0, 1, 2, 3])
  expect([await offsetAt(it, LATEST_TIMESTAMP, 1), await offsetAt(it, LATEST_TIMESTAMP, 0)]).toEqual([1n, 4n])
  expect(committed()).toEqual(['plain'])
  await producer.commit(a)
  expect(committed()).toEqual(['plain', 'a', 'b'])
  expect(await offsetAt(it, LATEST_TIMESTAMP, 1)).toBe(5n)
})

it('names the aborted transactions that lie in what is read, and no others', async () => {
  const { producer, read, committed } = await transactions()
  let it = await producer.init()
  await producer.send(it, 0, { values: ['gone'] })
  it = await producer.abort(it)
  await producer.send(it, 0, { values: ['kept'] })
  it = await producer.commit(it)
  await producer.send(it, 0, { values: ['gone too'] })
  await producer.abort(it)
  const { producerId } = it
  expect((await read(0n, 1)).abortedTransactions).toEqual([
    { producerId, firstOffset: 0n },
    { producerId, firstOffset: 4n },
  ])
  expect((await read(2n, 1)).abortedTransactions).toEqual([{ producerId, firstOffset: 4n }])
  expect(committed()).toEqual(['kept'])
})

it('finds no record by time that is not committed, and takes markers for records', async () => {
  const it = await transactions()
  const a = await it.producer.init()
  await it.producer.send(a, 0)
  expect([await offsetAt(it, baseTime, 0), await offsetAt(it, baseTime, 1)]).toEqual([0n, -1n])
  await it.clock.advance(5000)
  await it.producer.commit(a)
  expect([await offsetAt(it, baseTime + 1, 1), await offsetAt(it, MAX_TIMESTAMP, 1)]).toEqual([1n, 1n])
})

it('wakes a waiting reader with the marker', async () => {
  const { producer, clock, connect, cluster } = await transactions()
  const a = await producer.init()
  await producer.send(a, 0)
  const reader = await connect()
  const started = clock.now()
  const waiting = reader.request(fetch, fetchRequest('t', 0, 0n, { isolationLevel: 1, maxWaitMs: 10_000 }), 11)
  await clock.advance(100)
  expect(cluster.history.at(-1)?.apiName).toBe('Fetch')
  await producer.commit(a)
  const partition = (await clock.runUntil(waiting)).topics[0]!.partitions[0]!
  expect(offsetsOf(partition)).toEqual([0, 1])
  expect(clock.now() - started).toBe(100)
})

it('forgets the end of a transaction with the log that told it, and what lies before the log with retention', async () => {
  const { producer, cluster, read } = await transactions()
  let a = await producer.init()
  await producer.send(a, 0)
  a = await producer.abort(a)
  cluster.moveLeader('t', 0, 0, { loseBatches: 1 })
  expect(cluster.partition('t', 0)).toMatchObject({ lastStableOffset: 0n, endOffset: 1n })
  expect((await read(0n, 1)).abortedTransactions).toEqual([])
  await producer.send(a, 0)
  await producer.commit(a)
  cluster.deleteRecords('t', 0, 1n)
  expect(cluster.partition('t', 0)).toMatchObject({ startOffset: 1n, lastStableOffset: 3n, openTransactions: [] })
})
