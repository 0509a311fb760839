import { describe, expect, it } from 'vitest'
import { send, sendWatched, Stage, watch } from './support/stage.ts'

const v1 = { transactionVersion: 0 } as const
const group = { groupId: 'readers' }
const offsets = [{ topic: 'orders', partition: 0, offset: 1 }]

describe('before KIP-890 an abort does not wait for what is asked again and again in vain', () => {
  it('TRQ-16: partitions of a topic that the coordinator does not know, whose records have expired', async () => {
    const s = new Stage(v1)
    const producer = await s.ready({ deliveryTimeoutMs: 1000, requestTimeoutMs: 500 })
    producer.delivery.begin()
    s.cluster.intercept('AddPartitionsToTxn', { error: 'UNKNOWN_TOPIC_OR_PARTITION' })
    const sent = sendWatched(producer, 'a')
    await s.advance(2000)
    expect([sent.error?.code, producer.delivery.state]).toEqual(['DELIVERY_TIMEOUT', 'ABORTABLE_ERROR'])
    s.requests()
    await s.advance(5000)
    expect(s.requests()).toEqual([])
    const abort = watch(producer.delivery.abort())
    await s.advance(5000)
    expect([abort.state, producer.delivery.state]).toEqual(['resolved', 'READY'])
    await s.until(producer.close())
  })

  it('offsets of a topic that the group’s coordinator does not know', async () => {
    const s = new Stage(v1)
    const producer = await s.ready()
    producer.delivery.begin()
    s.cluster.intercept('TxnOffsetCommit', { error: 'UNKNOWN_TOPIC_OR_PARTITION' })
    const sent = watch(producer.delivery.sendOffsets(offsets, group))
    await s.advance(2000)
    expect([sent.state, producer.delivery.state]).toEqual(['pending', 'IN_TRANSACTION'])
    const abort = watch(producer.delivery.abort())
    await s.advance(5000)
    expect([abort.state, producer.delivery.state]).toEqual(['resolved', 'READY'])
    expect(sent.error).toMatchObject({ code: 'TRANSACTION_ABORTED', severity: 'abortable' })
    await s.until(producer.close())
  })

  it('offsets whose group has no coordinator', async () => {
    const s = new Stage(v1)
    const producer = await s.ready()
    producer.delivery.begin()
    s.cluster.intercept('FindCoordinator', ({ body }) =>
      (body as { keyType: number }).keyType === 0 ? { error: 'COORDINATOR_NOT_AVAILABLE' } : undefined,
    )
    const sent = watch(producer.delivery.sendOffsets(offsets, group))
    await s.advance(2000)
    const abort = watch(producer.delivery.abort())
    await s.advance(5000)
    expect([abort.state, producer.delivery.state]).toEqual(['resolved', 'READY'])
    expect(sent.error?.code).toBe('TRANSACTION_ABORTED')
    await s.until(producer.close())
  })

  it('SND-13: nor does close', async () => {
    const s = new Stage(v1)
    const producer = await s.ready()
    producer.delivery.begin()
    s.cluster.intercept('AddOffsetsToTxn', { error: 'COORDINATOR_LOAD_IN_PROGRESS' })
    const sent = watch(producer.delivery.sendOffsets(offsets, group))
    await s.advance(2000)
    const closed = watch(producer.close())
    await s.advance(5000)
    expect([closed.state, sent.error?.code]).toEqual(['resolved', 'TRANSACTION_ABORTED'])
  })

  it('but asks until there is an answer: what was lost may still arrive', async () => {
    const s = new Stage(v1)
    const producer = await s.ready({ retryBackoffMs: 50 })
    producer.delivery.begin()
    s.cluster.intercept('AddOffsetsToTxn', { cutBefore: true }, { times: 3 })
    s.cluster.intercept('AddOffsetsToTxn', { error: 'COORDINATOR_LOAD_IN_PROGRESS' })
    const sent = watch(producer.delivery.sendOffsets(offsets, group))
    await s.advance(10)
    s.requests()
    const abort = watch(producer.delivery.abort())
    await s.advance(5000)
    expect([abort.state, sent.error?.code]).toEqual(['resolved', 'TRANSACTION_ABORTED'])
    const asked = s.requests().filter((name) => !name.startsWith('FindCoordinator'))
    expect(asked).toEqual(['AddOffsetsToTxn v4', 'AddOffsetsToTxn v4', 'AddOffsetsToTxn v4', 'EndTxn v4'])
    await s.until(producer.close())
  })

  it('under KIP-890 it waits: the transaction before may not be over, and only the answer tells', async () => {
    const s = new Stage({ transactionMarkerMs: 500 })
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    await s.until(producer.delivery.commit())
    producer.delivery.begin()
    s.cluster.intercept('TxnOffsetCommit', { error: 'COORDINATOR_LOAD_IN_PROGRESS' }, { times: 1 })
    const sent = watch(producer.delivery.sendOffsets(offsets, group))
    await s.until(producer.delivery.abort())
    expect([sent.state, producer.delivery.state]).toEqual(['resolved', 'READY'])
    expect([s.visible(), s.cluster.committedOffsets('readers')]).toEqual([['a'], []])
    await s.until(producer.close())
  })

  it('TXN-06: a commit waits for as long as it takes', async () => {
    const s = new Stage(v1)
    const producer = await s.ready({ maxBlockMs: 600_000 })
    producer.delivery.begin()
    s.cluster.intercept('AddPartitionsToTxn', { error: 'COORDINATOR_LOAD_IN_PROGRESS' }, { times: 20 })
    s.cluster.intercept('TxnOffsetCommit', { error: 'COORDINATOR_LOAD_IN_PROGRESS' }, { times: 20 })
    const sent = [sendWatched(producer, 'a'), watch(producer.delivery.sendOffsets(offsets, group))]
    await s.until(producer.delivery.commit())
    expect(sent.map(({ state }) => state)).toEqual(['resolved', 'resolved'])
    expect([s.visible(), s.cluster.committedOffsets('readers').length]).toEqual([['a'], 1])
    await s.until(producer.close())
  })
})
