import { AuthenticationError } from '@posthorn/contracts'
import type { EndTxnRequest, ProduceRequest } from '@posthorn/protocol'
import { RecordBatchView } from '@posthorn/protocol'
import { describe, expect, it } from 'vitest'
import { send, sendWatched, Stage, watch } from './support/stage.ts'

/** Kafka as it was before KIP-890. */
const v1 = { transactionVersion: 0 } as const

describe('the requests of a transaction', () => {
  it('TV2-01, TV2-02, TV2-04, TRQ-05: under KIP-890 the end alone is told to the coordinator, and brings the next epoch', async () => {
    const s = new Stage()
    const producer = await s.ready()
    s.requests()
    for (const value of ['a', 'b']) {
      producer.delivery.begin()
      const sent = sendWatched(producer, value)
      await s.until(producer.delivery.commit())
      expect(sent.state).toBe('resolved')
    }
    expect(s.requests()).toEqual(['Produce v13', 'EndTxn v5', 'Produce v13', 'EndTxn v5'])
    const stamps = s.cluster.log('orders', 0).map(({ producerEpoch, baseSequence }) => [producerEpoch, baseSequence])
    // Batch, marker, batch, marker: a marker has the next epoch already.
    expect(stamps).toEqual([
      [0, 0],
      [1, -1],
      [1, 0],
      [2, -1],
    ])
    await s.until(producer.close())
  })

  it('PRQ-12, TV2-05, TXN-05: without it the coordinator hears of partitions first, in versions of that time', async () => {
    const s = new Stage(v1)
    const producer = await s.ready()
    s.requests()
    producer.delivery.begin()
    const sent = [0, 1, 2].map((partition) => sendWatched(producer, 'a', partition))
    await s.until(producer.delivery.commit())
    expect(sent.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved'])
    const names = s.requests()
    expect(names[0]).toBe('AddPartitionsToTxn v3')
    expect(names.at(-1)).toBe('EndTxn v4')
    expect(names.filter((name) => name.startsWith('Produce'))).toEqual(Array(3).fill('Produce v11'))
    producer.delivery.begin()
    await s.until(send(producer, 'b'))
    await s.until(producer.delivery.commit())
    // The epoch stays, the sequence goes on.
    expect(s.cluster.log('orders', 0).at(-2)).toMatchObject({ producerEpoch: 0, baseSequence: 1 })
    await s.until(producer.close())
  })

  it('TXN-05, TXN-12, ACC-13: partitions wanted together share a request; those in the transaction go on meanwhile, others wait', async () => {
    const s = new Stage(v1)
    // Elsewhere than the leader: brokers answer one request of a connection after the other.
    s.cluster.moveCoordinator('billing', (s.cluster.partition('orders', 0).leader + 1) % 3)
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a', 0))
    s.cluster.clearHistory()
    s.cluster.intercept('AddPartitionsToTxn', { delayAfterMs: 500 }, { times: 1 })
    const [b, c] = [sendWatched(producer, 'b', 1), sendWatched(producer, 'c', 2)]
    const more = sendWatched(producer, 'd', 0)
    await s.advance(100)
    expect([b.state, c.state, more.state]).toEqual(['pending', 'pending', 'resolved'])
    await s.advance(600)
    expect([b.state, c.state]).toEqual(['resolved', 'resolved'])
    expect(s.bodies<{ topics: unknown }>('AddPartitionsToTxn').flatMap(({ topics }) => topics)).toEqual([
      { name: 'orders', partitions: [1, 2] },
    ])
    await s.until(producer.delivery.commit())
    await s.until(producer.close())
  })

  it('TRQ-17: a transaction of nothing is ended without a word', async () => {
    for (const options of [{}, v1]) {
      const s = new Stage(options)
      const producer = await s.ready()
      s.requests()
      producer.delivery.begin()
      await s.until(producer.delivery.commit())
      producer.delivery.begin()
      await s.until(producer.delivery.abort())
      expect(s.requests()).toEqual([])
      await s.until(producer.close())
    }
  })

  it('TRQ-06, TXN-06: EndTxn is held back until every batch is settled; what lingers is sent at once (TRQ-02)', async () => {
    const s = new Stage()
    const producer = await s.ready({ lingerMs: 60_000 })
    producer.delivery.begin()
    s.cluster.intercept('Produce', { delayAfterMs: 1000 }, { times: 1 })
    const sent = [sendWatched(producer, 'a', 0), sendWatched(producer, 'b', 1)]
    const commit = watch(producer.delivery.commit())
    await s.advance(900)
    expect([commit.state, s.bodies('EndTxn').length]).toEqual(['pending', 0])
    await s.advance(300)
    expect(commit.state).toBe('resolved')
    expect(sent.map(({ state }) => state)).toEqual(['resolved', 'resolved'])
    await s.until(producer.close())
  })

  it('TRQ-03, TXN-07: an abort fails what was not sent with TRANSACTION_ABORTED, waiting sends included', async () => {
    const s = new Stage()
    const producer = await s.ready({ lingerMs: 60_000, batchSize: 600, bufferMemory: 1200, maxWaitingBytes: 10_000 })
    producer.delivery.begin()
    const sends = ['a', 'b', 'c', 'd'].map((letter) => sendWatched(producer, letter.repeat(500), 0))
    await s.until(producer.delivery.abort())
    expect(sends.map(({ error }) => [error?.code, error?.severity, error?.maybePersisted])).toEqual(
      sends.map(() => ['TRANSACTION_ABORTED', 'abortable', false]),
    )
    await s.until(producer.close())
  })

  it('TRQ-04, TXN-12: what was sent and is being retried is sent again until its fate is known, before the abort', async () => {
    const s = new Stage()
    const producer = await s.ready({ retryBackoffMs: 50 })
    producer.delivery.begin()
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 2 })
    const sent = sendWatched(producer, 'a')
    await s.advance(20)
    await s.until(producer.delivery.abort())
    expect(sent.state).toBe('resolved')
    expect(s.requests().slice(-4)).toEqual(['Produce v13', 'Produce v13', 'Produce v13', 'EndTxn v5'])
    expect([s.visible(), s.visible('read_uncommitted')]).toEqual([[], ['a']])
    await s.until(producer.close())
  })

  it('TRQ-08, TRQ-09, TRQ-13: a coordinator that moved, or whose broker is gone, is looked for again', async () => {
    const s = new Stage()
    const producer = await s.ready()
    const commitOne = async (value: string): Promise<string[]> => {
      producer.delivery.begin()
      await s.until(send(producer, value))
      s.requests()
      await s.until(producer.delivery.commit())
      return s.requests().map((name) => name.split(' ')[0] ?? '')
    }
    const leader = s.cluster.partition('orders', 0).leader
    s.cluster.moveCoordinator('billing', (leader + 1) % 3)
    expect((await commitOne('a')).slice(0, 2)).toEqual(['EndTxn', 'FindCoordinator'])
    s.cluster.moveCoordinator('billing', (leader + 2) % 3)
    s.cluster.stopBroker((leader + 1) % 3)
    expect(await commitOne('b')).toContain('FindCoordinator')
    s.cluster.intercept('EndTxn', { cutBefore: true }, { times: 1 })
    expect(await commitOne('c')).toContain('FindCoordinator')
    expect(s.visible()).toEqual(['a', 'b', 'c'])
    await s.until(producer.close())
  })

  it('TV2-08: an EndTxn whose answer was lost is sent again with the same epoch', async () => {
    const s = new Stage()
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    s.cluster.intercept('EndTxn', { cutAfter: true }, { times: 2 })
    await s.until(producer.delivery.commit())
    const epochs = s.bodies<EndTxnRequest>('EndTxn').map(({ producerEpoch }) => producerEpoch)
    expect(epochs).toEqual([0, 0, 0])
    producer.delivery.begin()
    await s.until(send(producer, 'b'))
    await s.until(producer.delivery.commit())
    expect(s.visible()).toEqual(['a', 'b'])
    await s.until(producer.close())
  })

  it('TRQ-01, TRQ-07, TRQ-12: one request at a time, the end last', async () => {
    const s = new Stage(v1)
    const producer = await s.ready()
    s.requests()
    producer.delivery.begin()
    s.cluster.intercept('AddPartitionsToTxn', { delayAfterMs: 300 })
    const group = { groupId: 'readers' }
    const offsets = producer.delivery.sendOffsets([{ topic: 'orders', partition: 0, offset: 7n }], group)
    sendWatched(producer, 'a', 0)
    const commit = producer.delivery.commit()
    await s.until(Promise.all([offsets, commit]))
    const names = s.requests().map((name) => name.split(' ')[0])
    expect(names.filter((name) => name !== 'FindCoordinator')).toEqual([
      'AddOffsetsToTxn',
      'TxnOffsetCommit',
      'AddPartitionsToTxn',
      'Produce',
      'EndTxn',
    ])
    await s.until(producer.close())
  })

  it('TRQ-10, TRQ-11: with no broker to be found it asks again after a back-off, without limit', async () => {
    const s = new Stage({ brokers: 1 })
    s.cluster.intercept('FindCoordinator', { error: 'COORDINATOR_NOT_AVAILABLE' }, { times: 6 })
    const producer = s.producer({ retryBackoffMs: 100, retryBackoffMaxMs: 400 })
    await s.until(producer.delivery.init())
    const at = s.cluster.history.filter(({ apiName }) => apiName === 'FindCoordinator').map((it) => it.at)
    const waits = at.slice(1).map((ms, i) => ms - (at[i] ?? 0))
    expect(waits).toHaveLength(6)
    for (const [i, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(Math.min(100 * 2 ** i, 400) * 0.8)
    await s.until(producer.close())
  })

  it('SND-16: the request that a coordinator was looked up for follows the answer at once', async () => {
    const s = new Stage()
    await s.ready()
    const [found, asked] = ['FindCoordinator', 'InitProducerId'].map(
      (api) => s.cluster.history.find(({ apiName }) => apiName === api)?.at ?? 0,
    )
    // A connection to the coordinator, its versions, and the request: three ways of 1 ms each, there and back.
    expect((asked ?? 0) - (found ?? 0)).toBeLessThanOrEqual(6)
  })

  it('SND-11: a coordinator that refuses who we are is fatal, and says so to all that wait', async () => {
    const s = new Stage({ brokers: 1 })
    const inner = s.cluster.transport()
    let refuses = false
    const producer = await s.ready({
      transport: (env) => {
        const transport = inner(env)
        return {
          ...transport,
          name: 'guarded',
          secure: true,
          connect: (to, sink, signal) =>
            refuses
              ? Promise.reject(new AuthenticationError('SASL_AUTHENTICATION_FAILED', 'who are you?'))
              : transport.connect(to, sink, signal),
        }
      },
    })
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    refuses = true
    s.cluster.cutConnections(0)
    expect(await s.failure(producer.delivery.commit())).toMatchObject({
      code: 'SASL_AUTHENTICATION_FAILED',
      severity: 'fatal',
    })
    expect((await s.failure(send(producer, 'b'))).code).toBe('SASL_AUTHENTICATION_FAILED')
    await s.until(producer.close({ timeoutMs: 100 }))
  })

  it('IDM-26, TV2-04: another producer id comes from the coordinator alone, and every sequence begins again with it', async () => {
    const s = new Stage()
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    const change = (answer: object): object => ({ ...answer, producerId: 4711n, producerEpoch: 0 })
    s.cluster.intercept('EndTxn', { change }, { times: 1 })
    await s.until(producer.delivery.commit())
    producer.delivery.begin()
    s.cluster.clearHistory()
    sendWatched(producer, 'b')
    await s.advance(50)
    expect(s.bodies('InitProducerId')).toEqual([])
    const [produce] = s.bodies<ProduceRequest>('Produce')
    const batch = new RecordBatchView(produce?.topics[0]?.partitions[0]?.records ?? new Uint8Array(0))
    expect([batch.producerId, batch.producerEpoch, batch.baseSequence]).toEqual([4711n, 0, 0])
    await s.until(producer.close({ timeoutMs: 100 }))
  })

  it('TRQ-15: an API that the broker does not have is fatal', async () => {
    for (const api of ['FindCoordinator', 'InitProducerId']) {
      const s = new Stage({ apiVersions: { [api]: null } })
      const producer = s.producer()
      const error = await s.failure(producer.delivery.init())
      expect(error).toMatchObject({ code: 'UNSUPPORTED_VERSION', severity: 'fatal' })
      expect(producer.delivery.state).toBe('FATAL_ERROR')
      await s.until(producer.close())
    }
  })

  it('TXN-15: a transaction that took too long is aborted by the coordinator; the producer learns it by the next answer', async () => {
    for (const [options, code] of [
      [{}, 'INVALID_TXN_STATE'],
      [v1, 'PRODUCER_FENCED'],
    ] as const) {
      const s = new Stage(options)
      const producer = await s.ready({ transactionTimeoutMs: 5000 })
      producer.delivery.begin()
      await s.until(send(producer, 'a'))
      await s.advance(10_000)
      expect(await s.failure(producer.delivery.commit())).toMatchObject({ code, severity: 'fatal' })
      expect(s.visible()).toEqual([])
      await s.until(producer.close())
    }
  })

  it('TV2-06: KIP-890 found on while a transaction of before it ends: the end is of before, then one epoch bump follows', async () => {
    const s = new Stage({ transactionVersion: 2 })
    const old = (answer: object): object => ({ ...answer, finalizedFeaturesEpoch: -1n, finalizedFeatures: [] })
    const interception = s.cluster.intercept('ApiVersions', { change: old })
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    interception.remove()
    for (const broker of [0, 1, 2]) s.cluster.cutConnections(broker)
    s.requests()
    await s.until(producer.delivery.commit())
    expect(s.requests().filter((name) => !name.startsWith('FindCoordinator'))).toEqual([
      'EndTxn v4',
      'InitProducerId v5',
    ])
    producer.delivery.begin()
    await s.until(send(producer, 'b'))
    await s.until(producer.delivery.commit())
    expect(s.requests()).toEqual(['Produce v13', 'EndTxn v5'])
    expect(s.visible()).toEqual(['a', 'b'])
    await s.until(producer.close())
  })

  it('the end of a transaction waits for requests that outlived their batches', async () => {
    const s = new Stage()
    const times = { requestTimeoutMs: 3000, deliveryTimeoutMs: 3000, retryBackoffMs: 100 }
    const producer = await s.ready(times)
    producer.delivery.begin()
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 1 })
    s.cluster.intercept('Produce', { delayBeforeMs: 2950 }, { times: 1 })
    const sent = sendWatched(producer, 'a')
    await s.advance(3010)
    expect(sent.error).toMatchObject({ code: 'DELIVERY_TIMEOUT', maybePersisted: true, action: 'abort' })
    await s.until(producer.delivery.abort())
    const names = s.cluster.history
      .map(({ apiName }) => apiName)
      .filter((name) => name === 'Produce' || name === 'EndTxn')
    expect(names.at(-1)).toBe('EndTxn')
    expect([s.visible(), s.visible('read_uncommitted')]).toEqual([[], ['a']])
    await s.until(producer.close())
  })
})
