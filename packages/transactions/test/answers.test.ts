import type { KafkaError } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import { send, sendWatched, Stage, watch, type TransactionalProducer } from './support/stage.ts'

const v1 = { transactionVersion: 0 } as const
const offsets = [{ topic: 'orders', partition: 0, offset: 1 }]
const group = { groupId: 'readers' }

/** Does what has the coordinator asked by that API. */
const uses: Readonly<Record<string, (producer: TransactionalProducer) => Promise<unknown>>> = {
  InitProducerId: (producer) => producer.delivery.init(),
  FindCoordinator: (producer) => producer.delivery.init(),
  AddPartitionsToTxn: (producer) => send(producer, 'a'),
  AddOffsetsToTxn: (producer) => producer.delivery.sendOffsets(offsets, group),
  TxnOffsetCommit: (producer) => producer.delivery.sendOffsets(offsets, group),
  EndTxn: async (producer) => {
    await send(producer, 'a')
    await producer.delivery.commit()
  },
}

/** How the producer stands after the coordinator has answered with that error once. */
async function after(api: string, error: string, options: object = v1): Promise<string> {
  const s = new Stage(options)
  const producer = s.producer({ retryBackoffMs: 50 })
  if (api !== 'InitProducerId' && api !== 'FindCoordinator') {
    await s.until(producer.delivery.init())
    producer.delivery.begin()
  }
  s.cluster.intercept(api, { error }, { times: 1 })
  const outcome = await s.until(
    (uses[api] as (typeof uses)[string])(producer).then(
      () => 'fine',
      (reason: unknown) => (reason as KafkaError).code,
    ),
  )
  const { state } = producer.delivery
  await s.until(producer.close())
  return outcome === 'fine' ? outcome : `${outcome}, ${state}`
}

const coordinatorApis = ['InitProducerId', 'AddPartitionsToTxn', 'AddOffsetsToTxn', 'EndTxn']

describe('what a coordinator answers', () => {
  it('TXR-01: what may be different next time is asked again: moved, unavailable, loading, concurrent', async () => {
    for (const api of [...coordinatorApis, 'TxnOffsetCommit', 'FindCoordinator']) {
      for (const error of ['COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_LOAD_IN_PROGRESS', 'CONCURRENT_TRANSACTIONS']) {
        expect([api, error, await after(api, error)]).toEqual([api, error, 'fine'])
      }
      if (api !== 'FindCoordinator') expect([api, await after(api, 'NOT_COORDINATOR')]).toEqual([api, 'fine'])
    }
  })

  it('TXR-01, TXR-02: who is fenced is fenced for good, also by a stale epoch', async () => {
    for (const api of [...coordinatorApis, 'TxnOffsetCommit']) {
      for (const error of ['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH']) {
        expect([api, await after(api, error)]).toEqual([api, 'PRODUCER_FENCED, FATAL_ERROR'])
      }
    }
  })

  it('TXR-03: TRANSACTION_ABORTABLE is abortable, whatever was asked', async () => {
    for (const api of [...coordinatorApis, 'TxnOffsetCommit', 'FindCoordinator']) {
      expect([api, await after(api, 'TRANSACTION_ABORTABLE')]).toEqual([api, 'TRANSACTION_ABORTABLE, ABORTABLE_ERROR'])
    }
  })

  it('TXR-03: an init that is to be aborted is begun anew by abort', async () => {
    const s = new Stage()
    const producer = s.producer()
    s.cluster.intercept('InitProducerId', { error: 'TRANSACTION_ABORTABLE' }, { times: 1 })
    await s.failure(producer.delivery.init())
    await s.until(producer.delivery.abort())
    expect(producer.delivery.state).toBe('READY')
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    await s.until(producer.delivery.commit())
    expect(s.visible()).toEqual(['a'])
    await s.until(producer.close())
  })

  it('TXR-04: in the answer to an abort it is fatal', async () => {
    const s = new Stage()
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    s.cluster.intercept('EndTxn', { error: 'TRANSACTION_ABORTABLE' }, { times: 1 })
    expect(await s.failure(producer.delivery.abort())).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      severity: 'fatal',
    })
    await s.until(producer.close())
  })

  it('TXR-05: FindCoordinator: no permission for the transactional id is fatal, for the group abortable', async () => {
    expect(await after('FindCoordinator', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED')).toBe(
      'TRANSACTIONAL_ID_AUTHORIZATION_FAILED, FATAL_ERROR',
    )
    const s = new Stage()
    const producer = await s.ready()
    producer.delivery.begin()
    s.cluster.intercept('FindCoordinator', { error: 'GROUP_AUTHORIZATION_FAILED' }, { times: 1 })
    const error = await s.failure(producer.delivery.sendOffsets(offsets, group))
    expect(error).toMatchObject({ code: 'GROUP_AUTHORIZATION_FAILED', severity: 'abortable', action: 'abort' })
    expect(error.message).toContain('readers')
    await s.until(producer.close())
  })

  it('TXR-05: an answer for several keys, or none, does not name a coordinator', async () => {
    const s = new Stage()
    const twice = ({ coordinators }: { coordinators: object[] }): object => ({
      throttleTimeMs: 0,
      coordinators: [...coordinators, ...coordinators],
    })
    s.cluster.intercept('FindCoordinator', { change: twice }, { times: 1 })
    const producer = await s.ready()
    expect(s.requests().filter((name) => name.startsWith('FindCoordinator'))).toHaveLength(2)
    await s.until(producer.close())
  })

  it('TXR-06, SND-15, IDM-04: a permission missing for InitProducerId is told, and init may be called again', async () => {
    for (const error of ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']) {
      const s = new Stage()
      const producer = s.producer()
      s.cluster.intercept('InitProducerId', { error }, { times: 1 })
      expect(await s.failure(producer.delivery.init())).toMatchObject({ code: error, severity: 'recoverable' })
      expect(producer.delivery.state).toBe('UNINITIALIZED')
      await s.until(producer.delivery.init())
      expect(producer.delivery.state).toBe('READY')
      await s.until(producer.close())
    }
  })

  it('TXR-06: a transaction time-out that the brokers do not allow is fatal, and named', async () => {
    const s = new Stage({ transactionMaxTimeoutMs: 10_000 })
    const producer = s.producer({ transactionTimeoutMs: 60_000 })
    const error = await s.failure(producer.delivery.init())
    expect(error).toMatchObject({ code: 'INVALID_TRANSACTION_TIMEOUT', severity: 'fatal' })
    expect(error.message).toContain('transactionTimeoutMs = 60000')
    await s.until(producer.close())
  })

  it('TXR-07: AddPartitionsToTxn refused for some topics: abortable, and exactly those are named', async () => {
    const s = new Stage({ ...v1, topics: { orders: 3, secret: 1, hidden: 1 } })
    const producer = await s.ready()
    producer.delivery.begin()
    const change = (answer: { topics: { name: string; partitions: object[] }[] }): object => ({
      ...answer,
      topics: answer.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map((it) => ({ ...it, errorCode: name === 'orders' ? 55 : 29 })),
      })),
    })
    s.cluster.intercept('AddPartitionsToTxn', { change }, { times: 1 })
    // Known beforehand, so that all three are wanted at the same time.
    await s.until(Promise.all(['orders', 'secret', 'hidden'].map((topic) => producer.partitionsFor(topic))))
    const sends = ['orders', 'secret', 'hidden'].map((topic) => watch(producer.send({ topic, value: 'x' })))
    await s.advance(100)
    expect(sends.map(({ error }) => error?.code)).toEqual(Array(3).fill('TOPIC_AUTHORIZATION_FAILED'))
    const first = sends[0]?.error
    expect(first).toMatchObject({ severity: 'abortable' })
    expect(first?.message).toContain('secret, hidden')
    s.requests()
    await s.until(producer.delivery.abort())
    // None of them was added, so there is nothing to end.
    expect(s.requests()).toEqual([])
    await s.until(producer.close())
  })

  it('TXR-07: OPERATION_NOT_ATTEMPTED alone is abortable', async () => {
    expect(await after('AddPartitionsToTxn', 'OPERATION_NOT_ATTEMPTED')).toBe(
      'OPERATION_NOT_ATTEMPTED, ABORTABLE_ERROR',
    )
  })

  it('TXR-08: the first partitions of a transaction are asked for again very soon, later ones after the back-off', async () => {
    const waitAfter = async (s: Stage, producer: TransactionalProducer, partition: number): Promise<number> => {
      s.cluster.clearHistory()
      s.cluster.intercept('AddPartitionsToTxn', { error: 'CONCURRENT_TRANSACTIONS' }, { times: 1 })
      await s.until(send(producer, 'a', partition))
      const [first, second] = s.cluster.history.filter(({ apiName }) => apiName === 'AddPartitionsToTxn')
      return (second?.at ?? 0) - (first?.at ?? 0)
    }
    const s = new Stage(v1)
    const producer = await s.ready({ retryBackoffMs: 400 })
    producer.delivery.begin()
    expect(await waitAfter(s, producer, 0)).toBeLessThan(30)
    expect(await waitAfter(s, producer, 1)).toBeGreaterThan(300)
    await s.until(producer.delivery.commit())
    await s.until(producer.close())
  })

  it('TXR-09: a state or permission that the transaction cannot have is fatal', async () => {
    for (const api of ['AddPartitionsToTxn', 'AddOffsetsToTxn', 'EndTxn']) {
      for (const error of ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'INVALID_TXN_STATE']) {
        expect([api, await after(api, error)]).toEqual([api, `${error}, FATAL_ERROR`])
      }
    }
  })

  it('TXR-10: a producer id that the coordinator forgot: abortable where the epoch can be raised, else fatal', async () => {
    const old = { ...v1, apiVersions: { InitProducerId: { max: 2 } } }
    for (const api of ['AddPartitionsToTxn', 'AddOffsetsToTxn', 'EndTxn']) {
      expect([api, await after(api, 'UNKNOWN_PRODUCER_ID')]).toEqual([api, 'UNKNOWN_PRODUCER_ID, ABORTABLE_ERROR'])
      expect([api, await after(api, 'UNKNOWN_PRODUCER_ID', old)]).toEqual([api, 'UNKNOWN_PRODUCER_ID, FATAL_ERROR'])
      expect([api, await after(api, 'INVALID_PRODUCER_ID_MAPPING')]).toEqual([
        api,
        'INVALID_PRODUCER_ID_MAPPING, FATAL_ERROR',
      ])
    }
  })

  it('TXR-10: an abort that the coordinator knows nothing of is done, and the epoch raised', async () => {
    const s = new Stage(v1)
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    s.cluster.intercept('EndTxn', { change: (it: object) => ({ ...it, errorCode: 59 }) }, { times: 1 })
    s.requests()
    await s.until(producer.delivery.abort())
    expect(s.requests().at(-1)).toBe('InitProducerId v5')
    expect(producer.delivery.state).toBe('READY')
    await s.until(producer.close())
  })

  it('TXR-12: what the application does next is on the error, by the family that KIP-1050 puts it in', async () => {
    const family = async (error: string, api = 'Produce'): Promise<string> => {
      const s = new Stage()
      const producer = await s.ready({ retries: 1, retryBackoffMs: 10 })
      producer.delivery.begin()
      s.cluster.intercept(api, { error }, { times: 4 })
      sendWatched(producer, 'a')
      const { action, retriable } = await s.failure(producer.delivery.commit())
      await s.until(producer.close())
      return `${action}${retriable ? ' and run again' : ''}`
    }
    expect(await family('NOT_ENOUGH_REPLICAS')).toBe('abort and run again')
    expect(await family('TRANSACTION_ABORTABLE')).toBe('abort and run again')
    expect(await family('INVALID_PRODUCER_EPOCH')).toBe('abort and run again')
    expect(await family('INVALID_RECORD')).toBe('abort')
    expect(await family('TOPIC_AUTHORIZATION_FAILED')).toBe('abort')
    expect(await family('PRODUCER_FENCED')).toBe('close')
    expect(await family('INVALID_PRODUCER_ID_MAPPING')).toBe('close')
    expect(await family('PRODUCER_FENCED', 'EndTxn')).toBe('close')
  })

  it('TRQ-16: after an error what still waits for the coordinator fails with it, unsent', async () => {
    const s = new Stage(v1)
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(producer.partitionsFor('orders'))
    s.cluster.intercept('AddOffsetsToTxn', { error: 'GROUP_AUTHORIZATION_FAILED', delayBeforeMs: 200 }, { times: 1 })
    const first = s.failure(producer.delivery.sendOffsets(offsets, group))
    const sent = sendWatched(producer, 'a')
    s.requests()
    expect((await first).code).toBe('GROUP_AUTHORIZATION_FAILED')
    await s.advance(500)
    expect(sent.error).toMatchObject({ code: 'GROUP_AUTHORIZATION_FAILED', action: 'abort' })
    expect(s.requests()).toEqual(['AddOffsetsToTxn v4'])
    await s.until(producer.close())
  })
})
