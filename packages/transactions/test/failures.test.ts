import type { InitProducerIdRequest } from '@posthorn/protocol'
import { describe, expect, it } from 'vitest'
import { send, sendWatched, Stage, watch } from './support/stage.ts'

const v1 = { transactionVersion: 0 } as const
/** Kafka before 2.5, whose coordinators cannot raise the epoch of just this producer. */
const old = { ...v1, apiVersions: { InitProducerId: { max: 2 } } } as const

describe('a batch of a transaction that fails', () => {
  it('FLB-03, RSP-11: makes it abortable, whatever the error', async () => {
    for (const error of [
      'INVALID_RECORD',
      'TOPIC_AUTHORIZATION_FAILED',
      'UNSUPPORTED_FOR_MESSAGE_FORMAT',
      'INVALID_TIMESTAMP',
    ]) {
      const s = new Stage()
      const producer = await s.ready()
      producer.delivery.begin()
      s.cluster.intercept('Produce', { error }, { times: 1 })
      expect(await s.failure(send(producer, 'a'))).toMatchObject({ code: error, severity: 'abortable' })
      expect([error, producer.delivery.state]).toEqual([error, 'ABORTABLE_ERROR'])
      await s.until(producer.close())
    }
  })

  it('FLB-02, SND-09, FLB-09, TXN-12: some errors are fatal: everything on its way fails with them, and nothing more is sent', async () => {
    for (const error of ['CLUSTER_AUTHORIZATION_FAILED', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'PRODUCER_FENCED']) {
      const s = new Stage()
      const producer = await s.ready({ lingerMs: 20 })
      producer.delivery.begin()
      s.cluster.intercept('Produce', { error }, { times: 1 })
      const first = sendWatched(producer, 'a', 0)
      await s.advance(15)
      const later = sendWatched(producer, 'b', 1)
      await s.advance(1000)
      expect([first.error?.code, later.error?.code]).toEqual([error, error])
      expect(later.error?.severity).toBe('fatal')
      expect(producer.delivery.state).toBe('FATAL_ERROR')
      expect(s.visible('read_uncommitted')).toEqual([])
      await s.until(producer.close())
    }
  })

  it('SND-10: what was not sent fails in the next pass, what was sent goes on', async () => {
    const s = new Stage()
    const producer = await s.ready({ lingerMs: 50 })
    // Connections to all leaders are there.
    await s.until(
      producer.delivery.run(() => Promise.all([0, 1, 2].map((partition) => send(producer, '-', partition)))),
    )
    producer.delivery.begin()
    s.cluster.intercept('Produce', { delayAfterMs: 300 }, { broker: s.cluster.partition('orders', 1).leader, times: 1 })
    s.cluster.intercept(
      'Produce',
      { error: 'INVALID_RECORD' },
      { broker: s.cluster.partition('orders', 0).leader, times: 1 },
    )
    const [refused, under] = [sendWatched(producer, 'a', 0), sendWatched(producer, 'b', 1)]
    await s.advance(52)
    const waiting = sendWatched(producer, 'c', 2)
    await s.advance(10)
    expect([refused.error?.code, waiting.error?.code, under.state]).toEqual([
      'INVALID_RECORD',
      'INVALID_RECORD',
      'pending',
    ])
    await s.advance(500)
    expect(under.state).toBe('resolved')
    await s.until(producer.delivery.abort())
    expect(s.visible()).toEqual(['-', '-', '-'])
    await s.until(producer.close())
  })

  it('FLB-11, FLB-12: INVALID_PRODUCER_EPOCH, INVALID_TXN_STATE and TRANSACTION_ABORTABLE are abortable', async () => {
    for (const error of ['INVALID_PRODUCER_EPOCH', 'INVALID_TXN_STATE', 'TRANSACTION_ABORTABLE']) {
      const s = new Stage()
      const producer = await s.ready()
      producer.delivery.begin()
      s.cluster.intercept('Produce', { error }, { times: 1 })
      expect(await s.failure(send(producer, 'a'))).toMatchObject({ code: error, action: 'abort' })
      await s.until(producer.delivery.abort())
      expect(producer.delivery.state).toBe('READY')
      await s.until(producer.close())
    }
  })

  it('FLB-13: the record keeps its own error; what retries could not mend is TRANSACTION_ABORTABLE for commit', async () => {
    const s = new Stage()
    const producer = await s.ready({ retries: 1, retryBackoffMs: 10 })
    producer.delivery.begin()
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 2 })
    const sent = sendWatched(producer, 'a')
    const error = await s.failure(producer.delivery.commit())
    expect(sent.error?.code).toBe('NOT_ENOUGH_REPLICAS')
    expect(error).toMatchObject({ code: 'TRANSACTION_ABORTABLE', retriable: true, cause: sent.error })
    await s.until(producer.close())
  })

  it('FLB-14, EPB-05: before KIP-890 the abort is followed by an epoch bump with the present id and epoch', async () => {
    const s = new Stage(v1)
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    s.cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    await s.failure(send(producer, 'b'))
    s.cluster.clearHistory()
    await s.until(producer.delivery.abort())
    const [bump] = s.bodies<InitProducerIdRequest>('InitProducerId')
    expect(bump).toMatchObject({ transactionalId: 'billing', producerEpoch: 0 })
    expect(bump?.producerId).toBeGreaterThanOrEqual(0n)
    producer.delivery.begin()
    await s.until(send(producer, 'c'))
    await s.until(producer.delivery.commit())
    expect(s.cluster.log('orders', 0).at(-2)).toMatchObject({ producerEpoch: 1, baseSequence: 0 })
    expect(s.visible()).toEqual(['c'])
    await s.until(producer.close())
  })

  it('TV2-07: under KIP-890 the abort itself raises the epoch', async () => {
    const s = new Stage()
    const producer = await s.ready()
    producer.delivery.begin()
    s.cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    await s.failure(send(producer, 'a'))
    s.requests()
    await s.until(producer.delivery.abort())
    expect(s.requests()).toEqual(['EndTxn v5'])
    await s.until(producer.close())
  })

  it('an abort without a failed batch needs no other epoch', async () => {
    const s = new Stage(v1)
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    s.requests()
    await s.until(producer.delivery.abort())
    expect(s.requests()).toEqual(['EndTxn v4'])
    await s.until(producer.close())
  })

  it('FLB-15, FLB-16: a batch that expires makes the transaction abortable; a commit under way fails, abort is possible', async () => {
    const s = new Stage()
    const producer = await s.ready({ requestTimeoutMs: 1000, deliveryTimeoutMs: 1000 })
    producer.delivery.begin()
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' })
    const sent = sendWatched(producer, 'a')
    const commit = watch(producer.delivery.commit())
    await s.advance(1100)
    expect([sent.error?.code, sent.error?.action]).toEqual(['DELIVERY_TIMEOUT', 'abort'])
    expect(commit.error).toMatchObject({ code: 'TRANSACTION_ABORTABLE', action: 'abort' })
    s.cluster.clearInterceptions()
    expect(s.bodies('EndTxn')).toEqual([])
    await s.until(producer.delivery.abort())
    expect(producer.delivery.state).toBe('READY')
    await s.until(producer.close())
  })

  it('SND-08, IDM-22, IDM-25: sequences of unknown fate are resolved by an epoch bump, asked for like anything else', async () => {
    const s = new Stage(v1)
    const producer = await s.ready({ requestTimeoutMs: 1000, deliveryTimeoutMs: 1000 })
    producer.delivery.begin()
    s.cluster.intercept('Produce', { cutAfter: true })
    expect((await s.failure(send(producer, 'a'))).maybePersisted).toBe(true)
    s.cluster.clearInterceptions()
    s.requests()
    await s.until(producer.delivery.abort())
    expect(s.requests().slice(-2)).toEqual(['EndTxn v4', 'InitProducerId v5'])
    await s.until(producer.delivery.run(() => send(producer, 'b')))
    expect(s.cluster.log('orders', 0).at(-2)).toMatchObject({ producerEpoch: 1, baseSequence: 0 })
    expect(s.visible()).toEqual(['b'])
    await s.until(producer.close())
  })

  it('FLB-10, IDM-17, IDM-18: a producer id that the broker forgot fails the batch, not in part: the epoch starts it anew', async () => {
    const s = new Stage(v1)
    const producer = await s.ready()
    producer.delivery.begin()
    s.cluster.intercept('Produce', { change: unknownProducer(0n) }, { times: 1 })
    expect(await s.failure(send(producer, 'a'))).toMatchObject({ code: 'UNKNOWN_PRODUCER_ID', action: 'abort' })
    await s.until(producer.delivery.abort())
    producer.delivery.begin()
    await s.until(send(producer, 'b'))
    await s.until(producer.delivery.commit())
    expect(s.cluster.log('orders', 0).at(-2)).toMatchObject({ producerEpoch: 1, baseSequence: 0 })
    await s.until(producer.close())
  })

  it('IDM-15: UNKNOWN_PRODUCER_ID without a log start offset is retried', async () => {
    const s = new Stage()
    const producer = await s.ready({ retryBackoffMs: 10 })
    producer.delivery.begin()
    s.cluster.intercept('Produce', { error: 'UNKNOWN_PRODUCER_ID' }, { times: 1 })
    await s.until(send(producer, 'a'))
    await s.until(producer.delivery.commit())
    expect(s.visible()).toEqual(['a'])
    await s.until(producer.close())
  })

  it('IDM-13, IDM-14: out of order fails the first in line, and is retried behind another; a duplicate is a success', async () => {
    const s = new Stage()
    const producer = await s.ready({ retryBackoffMs: 10, batchSize: 0 })
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 1 })
    const both = [sendWatched(producer, 'b'), sendWatched(producer, 'c')]
    await s.advance(500)
    expect(both.map(({ state }) => state)).toEqual(['resolved', 'resolved'])
    s.cluster.intercept('Produce', { error: 'DUPLICATE_SEQUENCE_NUMBER' }, { times: 1 })
    await s.until(send(producer, 'd'))
    s.cluster.intercept('Produce', { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' }, { times: 1 })
    const error = await s.failure(send(producer, 'e'))
    expect(error).toMatchObject({ code: 'OUT_OF_ORDER_SEQUENCE_NUMBER', action: 'abort' })
    expect(s.visible('read_uncommitted')).toEqual(['a', 'b', 'c'])
    await s.until(producer.close())
  })

  it('PRD-07: a record that could not even be sent makes the transaction abortable, and says so', async () => {
    const s = new Stage({ autoCreateTopics: false })
    for (const record of [
      { topic: 'orders', value: 'x'.repeat(2000) },
      { topic: 'nowhere', value: 'a' },
    ]) {
      const producer = await s.ready({ maxRequestSize: 1000, maxBlockMs: 500 })
      producer.delivery.begin()
      expect(await s.failure(producer.send(record))).toMatchObject({ action: 'abort' })
      expect((await s.failure(producer.delivery.commit())).action).toBe('abort')
      await s.until(producer.delivery.abort())
      await s.until(producer.close())
    }
  })

  it('splits what is too large, within the transaction', async () => {
    const s = new Stage({ topics: { orders: { partitions: 3, maxMessageBytes: 400 } } })
    const producer = await s.ready({ lingerMs: 20 })
    producer.delivery.begin()
    for (let i = 0; i < 8; i++) sendWatched(producer, `${i}`.repeat(100))
    await s.until(producer.delivery.commit())
    expect(s.visible().map((value) => value[0])).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
    await s.until(producer.close())
  })
})

describe('with coordinators that cannot raise the epoch', () => {
  it('EPB-06, IDM-20: sequences that were certainly not used are used again', async () => {
    const s = new Stage(old)
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    s.cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    await s.failure(send(producer, 'b'))
    await s.until(producer.delivery.abort())
    expect(producer.delivery.state).toBe('READY')
    producer.delivery.begin()
    await s.until(send(producer, 'c'))
    await s.until(producer.delivery.commit())
    expect(s.cluster.log('orders', 0).at(-2)).toMatchObject({ producerEpoch: 0, baseSequence: 1 })
    expect(s.visible()).toEqual(['c'])
    await s.until(producer.close())
  })

  it('EPB-06, IDM-25, IDM-21: a batch of unknown fate is fatal', async () => {
    const s = new Stage(old)
    const producer = await s.ready({ requestTimeoutMs: 1000, deliveryTimeoutMs: 1000 })
    producer.delivery.begin()
    s.cluster.intercept('Produce', { cutAfter: true })
    const sent = sendWatched(producer, 'a')
    await s.advance(1100)
    expect(sent.error?.maybePersisted).toBe(true)
    s.cluster.clearInterceptions()
    expect(await s.failure(producer.delivery.abort())).toMatchObject({ severity: 'fatal' })
    expect(producer.delivery.state).toBe('FATAL_ERROR')
    await s.until(producer.close())
  })

  it('TRQ-18: what the coordinator can do is remembered while it is disconnected', async () => {
    const s = new Stage(v1)
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    s.cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    await s.failure(send(producer, 'b'))
    s.cluster.intercept('EndTxn', { cutAfter: true }, { times: 1 })
    await s.until(producer.delivery.abort())
    expect(s.requests()).toContain('InitProducerId v5')
    expect(producer.delivery.state).toBe('READY')
    await s.until(producer.close())
  })
})

/** Answers every partition with UNKNOWN_PRODUCER_ID and that log start offset. */
function unknownProducer(logStartOffset: bigint): (answer: { topics: { partitions: object[] }[] }) => object {
  return (answer) => ({
    ...answer,
    topics: answer.topics.map((topic) => ({
      ...topic,
      partitions: topic.partitions.map((it) => ({ ...it, errorCode: 59, baseOffset: -1n, logStartOffset })),
    })),
  })
}
