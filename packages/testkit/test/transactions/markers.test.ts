import { ErrorCode, RecordBatchView } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { encodeEndMarker } from '../../src/transactions/endMarker.ts'
import { batch } from '../support/batch.ts'
import { transactions } from '../support/transactionSetup.ts'

// As Kafka's `MemoryRecords.withEndTransactionMarker` writes it; see `Records.jsonl` of the protocol's vectors.
const javaMarker =
  '000000000000004d000000420000000302bc917647003000000000000001935a48ca5b000001935a48ca5b000000000000002a0007ffffffff000000012000000008000000010c00000000000100'

it('writes markers byte for byte as Kafka does', () => {
  const place = { baseOffset: 77n, leaderEpoch: 3, timestamp: 1732386540123, coordinatorEpoch: 1 }
  const bytes = encodeEndMarker({ producerId: 42n, producerEpoch: 7, commit: true }, place)
  expect(Buffer.from(bytes).toString('hex')).toBe(javaMarker)
})

it('stores them with offset, leader epoch and checksum, and shows them in the log alone', async () => {
  const { producer, cluster } = await transactions()
  cluster.moveLeader('t', 0, 0)
  const a = await producer.init()
  await producer.send(a, 0)
  await producer.abort(a)
  const marker = cluster.log('t', 0)[1]!
  expect(marker).toMatchObject({ control: 'abort', baseOffset: 1n, lastOffset: 1n, producerEpoch: 1, leaderEpoch: 1 })
  const view = new RecordBatchView(marker.bytes)
  expect([view.isControl, view.isTransactional, view.isCrcValid(), view.baseSequence]).toEqual([true, true, true, -1])
  expect(cluster.records('t', 0)).toHaveLength(1)
})

it('goes to every partition of the transaction, written or not', async () => {
  const { producer, cluster } = await transactions()
  const a = await producer.init()
  await producer.add(a, [
    ['t', 0],
    ['t', 1],
  ])
  await producer.commit(a, 4)
  expect([0, 1].map((partition) => cluster.log('t', partition).map(({ control }) => control))).toEqual([
    ['commit'],
    ['commit'],
  ])
})

it('leaves batches of idempotent producers alone', async () => {
  const { send, cluster } = await transactions()
  const answer = await send(batch(['a'], { producerId: 5n, producerEpoch: 0, baseSequence: 0 }))
  expect(answer.errorCode).toBe(ErrorCode.NONE)
  expect(cluster.partition('t', 0)).toMatchObject({ lastStableOffset: 1n, openTransactions: [] })
})

it('ends a transaction whose topic was deleted', async () => {
  const { producer, cluster } = await transactions({ topics: { t: 1, u: 1 } })
  const a = await producer.init()
  await producer.send(a, 0)
  await producer.send(a, 0, { topic: 'u' })
  cluster.deleteTopic('u')
  expect((await producer.commit(a)).error).toBe('NONE')
  expect(cluster.transaction('tx')?.state).toBe('CompleteCommit')
})
