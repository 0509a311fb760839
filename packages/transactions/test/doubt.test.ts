import type { FaultAction } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { send, sendWatched, Stage, type TransactionalProducer, watch } from './support/stage.ts'

/** Kafka as it was before KIP-890. */
const v1 = { transactionVersion: 0 } as const
const group = { groupId: 'readers' }
const offsets = [{ topic: 'orders', partition: 0, offset: 1 }]

/** What begins a transaction at its coordinator, and the answer after which it has not begun for certain. */
const beginnings = [
  ['AddPartitionsToTxn', 'TOPIC_AUTHORIZATION_FAILED', (producer: TransactionalProducer) => send(producer, 'a')],
  [
    'AddOffsetsToTxn',
    'GROUP_AUTHORIZATION_FAILED',
    (producer: TransactionalProducer) => producer.delivery.sendOffsets(offsets, group),
  ],
] as const

/** Ways in which an attempt is carried out and its sender does not know. */
const carriedOut: [what: string, action: FaultAction][] = [
  ['answered with COORDINATOR_NOT_AVAILABLE', { change: answering(15) }],
  ['answered with NOT_COORDINATOR', { change: answering(16) }],
  ['answered with COORDINATOR_LOAD_IN_PROGRESS', { change: answering(14) }],
  ['whose answer was lost with its connection', { cutAfter: true }],
  ['whose answer never came', { drop: true }],
]

/** Ways in which it is not, and its sender does not know either. */
const lost: [what: string, action: FaultAction][] = [
  ['COORDINATOR_NOT_AVAILABLE', { error: 'COORDINATOR_NOT_AVAILABLE' }],
  ['a lost connection', { cutBefore: true }],
]

/** A producer in a transaction, which knows its topic. */
async function open(s: Stage, options = {}): Promise<TransactionalProducer> {
  const producer = await s.ready({ retryBackoffMs: 50, requestTimeoutMs: 1000, ...options })
  await s.until(producer.partitionsFor('orders'))
  producer.delivery.begin()
  s.requests()
  return producer
}

/** How often a transaction was to be ended since the history began. */
function ends(s: Stage): boolean[] {
  return s.bodies<{ committed: boolean }>('EndTxn').map(({ committed }) => committed)
}

async function commitOne(s: Stage, producer: TransactionalProducer, value: string): Promise<void> {
  producer.delivery.begin()
  await s.until(send(producer, value))
  await s.until(producer.delivery.commit())
}

describe.each(beginnings)('an abort after %s was refused with %s', (api, refusal, begin) => {
  it.each(carriedOut)('ends the transaction when an attempt before was carried out, %s', async (_what, action) => {
    const s = new Stage(v1)
    const producer = await open(s)
    s.cluster.intercept(api, action, { times: 1 })
    s.cluster.intercept(api, { error: refusal })
    expect(await s.failure(begin(producer))).toMatchObject({ code: refusal, action: 'abort' })
    expect(s.cluster.transaction('billing')?.state).toBe('Ongoing')
    await s.until(producer.delivery.abort())
    expect(ends(s)).toEqual([false])
    expect([s.cluster.transaction('billing')?.state, producer.delivery.state]).toEqual(['CompleteAbort', 'READY'])
    s.cluster.clearInterceptions()
    await commitOne(s, producer, 'b')
    expect(s.visible()).toEqual(['b'])
    await s.until(producer.close())
  })

  it('leaves nothing to be timed out, so that the next transaction is not fenced', async () => {
    const s = new Stage(v1)
    const producer = await open(s, { transactionTimeoutMs: 2000 })
    s.cluster.intercept(api, { change: answering(15) }, { times: 1 })
    s.cluster.intercept(api, { error: refusal })
    await s.failure(begin(producer))
    await s.until(producer.delivery.abort())
    s.cluster.clearInterceptions()
    await s.advance(10_000)
    await commitOne(s, producer, 'b')
    expect(s.visible()).toEqual(['b'])
    await s.until(producer.close())
  })

  it.each(lost)('SND-13: close ends it too; here after %s, where there is nothing to end', async (_what, action) => {
    const s = new Stage(v1)
    const producer = await open(s)
    s.cluster.intercept(api, action, { times: 1 })
    s.cluster.intercept(api, { error: refusal })
    await s.failure(begin(producer))
    await s.until(producer.close())
    expect(ends(s)).toEqual([false])
    expect(s.cluster.transaction('billing')?.state).toBe('Empty')
  })

  it.each(lost)('is done when the coordinator has nothing to end, after %s', async (_what, action) => {
    const s = new Stage(v1)
    const producer = await open(s)
    for (const before of ['Empty', 'CompleteCommit', 'CompleteAbort']) {
      expect(s.cluster.transaction('billing')?.state).toBe(before)
      s.cluster.intercept(api, action, { times: 1 })
      s.cluster.intercept(api, { error: refusal })
      await s.failure(begin(producer))
      s.cluster.clearHistory()
      await s.until(producer.delivery.abort())
      expect(ends(s)).toEqual([false])
      expect([s.cluster.transaction('billing')?.state, producer.delivery.state]).toEqual([before, 'READY'])
      s.cluster.clearInterceptions()
      await commitOne(s, producer, before)
      if (before === 'CompleteCommit') {
        producer.delivery.begin()
        await s.until(send(producer, 'x'))
        await s.until(producer.delivery.abort())
      }
      producer.delivery.begin()
    }
    expect(s.visible()).toEqual(['Empty', 'CompleteCommit', 'CompleteAbort'])
    await s.until(producer.close())
  })

  it('TRQ-17: says nothing when every answer tells that nothing was done', async () => {
    for (const others of [[], ['CONCURRENT_TRANSACTIONS', 'UNKNOWN_TOPIC_OR_PARTITION']]) {
      const s = new Stage(v1)
      const producer = await open(s)
      for (const error of others) s.cluster.intercept(api, { error }, { times: 1 })
      s.cluster.intercept(api, { error: refusal }, { times: 1 })
      expect((await s.failure(begin(producer))).code).toBe(refusal)
      await s.until(producer.delivery.abort())
      expect(s.requests().map((name) => name.split(' ')[0])).toEqual(Array(others.length + 1).fill(api))
      await commitOne(s, producer, 'b')
      await s.until(producer.close())
    }
  })

  it('TXR-10: says nothing to a coordinator that has forgotten the producer, but raises the epoch', async () => {
    const s = new Stage(v1)
    const producer = await open(s)
    s.cluster.intercept(api, { error: 'UNKNOWN_PRODUCER_ID' }, { times: 1 })
    await s.failure(begin(producer))
    await s.until(producer.delivery.abort())
    expect(s.requests()).toEqual([expect.stringContaining(api), 'InitProducerId v5'])
    await s.until(producer.close())
  })

  it('TV2-06: is of before KIP-890 when that is found on meanwhile, and one epoch bump follows', async () => {
    const s = new Stage({ transactionVersion: 2 })
    const old = (answer: object): object => ({ ...answer, finalizedFeaturesEpoch: -1n, finalizedFeatures: [] })
    const interception = s.cluster.intercept('ApiVersions', { change: old })
    const producer = await open(s)
    s.cluster.intercept(api, { change: answering(15) }, { times: 1 })
    s.cluster.intercept(api, { error: refusal })
    await s.failure(begin(producer))
    interception.remove()
    for (const broker of [0, 1, 2]) s.cluster.cutConnections(broker)
    await s.advance(1000)
    s.requests()
    await s.until(producer.delivery.abort())
    expect(s.requests().filter((name) => !name.startsWith('FindCoordinator'))).toEqual([
      'EndTxn v4',
      'InitProducerId v5',
    ])
    await commitOne(s, producer, 'b')
    expect([s.requests(), s.visible()]).toEqual([['Produce v13', 'EndTxn v5'], ['b']])
    await s.until(producer.close())
  })

  it('TRQ-17: forgets the doubts of one transaction with its end', async () => {
    const s = new Stage(v1)
    const producer = await open(s)
    s.cluster.intercept(api, { change: answering(15) }, { times: 1 })
    s.cluster.intercept(api, { error: refusal }, { times: 1 })
    await s.failure(begin(producer))
    await s.until(producer.delivery.abort())
    s.requests()
    producer.delivery.begin()
    await s.until(producer.delivery.abort())
    expect(s.requests()).toEqual([])
    await s.until(producer.close())
  })

  it('is repeated when its answer was lost, and is fatal when the producer was fenced meanwhile', async () => {
    for (const [error, code] of [
      [undefined, undefined],
      ['PRODUCER_FENCED', 'PRODUCER_FENCED'],
      ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'],
      ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
    ] as const) {
      const s = new Stage(v1)
      const producer = await open(s)
      s.cluster.intercept(api, { change: answering(15) }, { times: 1 })
      s.cluster.intercept(api, { error: refusal })
      await s.failure(begin(producer))
      s.cluster.intercept('EndTxn', { cutAfter: true }, { times: 1 })
      if (error !== undefined) s.cluster.intercept('EndTxn', { error })
      const abort = watch(producer.delivery.abort())
      await s.advance(5000)
      expect([abort.error?.code, ends(s)]).toEqual([code, [false, false]])
      expect(producer.delivery.state).toBe(code === undefined ? 'READY' : 'FATAL_ERROR')
      await s.until(producer.close())
    }
  })

  it('TXR-09: INVALID_TXN_STATE is fatal when something was in the transaction for certain', async () => {
    const s = new Stage(v1)
    const producer = await open(s)
    await s.until(send(producer, 'a', 1))
    s.cluster.intercept(api, { change: answering(15) }, { times: 1 })
    s.cluster.intercept(api, { error: refusal })
    await s.failure(begin(producer))
    s.cluster.intercept('EndTxn', { error: 'INVALID_TXN_STATE' }, { times: 1 })
    expect(await s.failure(producer.delivery.abort())).toMatchObject({ code: 'INVALID_TXN_STATE', severity: 'fatal' })
    await s.until(producer.close())
  })

  it('TXN-08: no commit is possible before it', async () => {
    const s = new Stage(v1)
    const producer = await open(s)
    s.cluster.intercept(api, { cutAfter: true }, { times: 1 })
    s.cluster.intercept(api, { error: refusal })
    const begun = watch(begin(producer))
    expect(await s.failure(producer.delivery.commit())).toMatchObject({ code: refusal, action: 'abort' })
    expect([begun.error?.code, ends(s)]).toEqual([refusal, []])
    await s.until(producer.delivery.abort())
    expect([ends(s), s.cluster.transaction('billing')?.state]).toEqual([[false], 'CompleteAbort'])
    await s.until(producer.close())
  })

  it('TRQ-07, TXN-11: waits for the request that is out when it is called, however that ends', async () => {
    for (const refused of [false, true]) {
      const s = new Stage(v1)
      const producer = await open(s)
      if (refused) {
        s.cluster.intercept(api, { cutAfter: true }, { times: 1 })
        s.cluster.intercept(api, { delayAfterMs: 600, error: refusal })
      } else s.cluster.intercept(api, { delayAfterMs: 600, change: answering(15) }, { times: 1 })
      const begun = watch(begin(producer))
      await s.advance(300)
      const abort = watch(producer.delivery.abort())
      await s.advance(100)
      expect([abort.state, ends(s)]).toEqual(['pending', []])
      await s.advance(2000)
      expect([abort.state, ends(s)]).toEqual(['resolved', [false]])
      expect(begun.state).not.toBe('pending')
      expect([s.cluster.transaction('billing')?.state, producer.delivery.state]).toEqual(['CompleteAbort', 'READY'])
      await s.until(producer.close())
    }
  })
})

describe('partitions that were asked for together', () => {
  it('may have been added when only some of them were refused', async () => {
    const s = new Stage(v1)
    const producer = await open(s)
    const change = (answer: { topics: { partitions: { partitionIndex: number }[] }[] }): object => ({
      ...answer,
      topics: answer.topics.map((topic) => ({
        ...topic,
        partitions: topic.partitions.map((it) => ({ ...it, errorCode: it.partitionIndex === 0 ? 29 : 15 })),
      })),
    })
    s.cluster.intercept('AddPartitionsToTxn', { change }, { times: 1 })
    const sent = [0, 1].map((partition) => sendWatched(producer, 'a', partition))
    await s.advance(100)
    expect(sent.map(({ error }) => error?.code)).toEqual(Array(2).fill('TOPIC_AUTHORIZATION_FAILED'))
    await s.until(producer.delivery.abort())
    expect([ends(s), s.cluster.transaction('billing')?.state]).toEqual([[false], 'CompleteAbort'])
    await s.until(producer.close())
  })

  it('TXR-09: are in the transaction for certain when the answer says so, before anything is sent there', async () => {
    const s = new Stage(v1)
    const producer = await open(s, { lingerMs: 500 })
    const sent = sendWatched(producer, 'a')
    await s.advance(100)
    expect(s.requests()).toEqual(['AddPartitionsToTxn v3'])
    s.cluster.intercept('EndTxn', { error: 'INVALID_TXN_STATE' }, { times: 1 })
    expect(await s.failure(producer.delivery.abort())).toMatchObject({ code: 'INVALID_TXN_STATE', severity: 'fatal' })
    expect([sent.error?.code, s.requests()]).toEqual(['TRANSACTION_ABORTED', ['EndTxn v4']])
    await s.until(producer.close())
  })
})

describe('under KIP-890 an abort always ends at the coordinator what may have begun there', () => {
  it('TV2-02: a batch whose answer never came, whether it had arrived or not', async () => {
    for (const [action, before] of [
      [{ cutAfter: true }, 'Ongoing'],
      [{ cutBefore: true }, 'Empty'],
    ] as const) {
      const s = new Stage()
      const producer = await open(s, { deliveryTimeoutMs: 1000 })
      s.cluster.intercept('Produce', action)
      const sent = sendWatched(producer, 'a')
      await s.advance(3000)
      expect([sent.error?.code, s.cluster.transaction('billing')?.state]).toEqual(['DELIVERY_TIMEOUT', before])
      s.cluster.clearInterceptions()
      await s.until(producer.delivery.abort())
      expect([ends(s), s.cluster.transaction('billing')?.state]).toEqual([[false], 'CompleteAbort'])
      await commitOne(s, producer, 'b')
      expect(s.visible()).toEqual(['b'])
      await s.until(producer.close())
    }
  })

  it('offsets whose answer never came, and that were refused then', async () => {
    const s = new Stage()
    const producer = await open(s)
    s.cluster.intercept('TxnOffsetCommit', { cutAfter: true }, { times: 1 })
    s.cluster.intercept('TxnOffsetCommit', { error: 'GROUP_AUTHORIZATION_FAILED' })
    await s.failure(producer.delivery.sendOffsets(offsets, group))
    expect(s.cluster.transaction('billing')?.state).toBe('Ongoing')
    await s.until(producer.delivery.abort())
    expect([ends(s), s.cluster.transaction('billing')?.state]).toEqual([[false], 'CompleteAbort'])
    expect(s.cluster.committedOffsets('readers')).toEqual([])
    await s.until(producer.close())
  })
})

/** The answer of a request that was carried out, as if it had failed. */
function answering(errorCode: number): (answer: object) => unknown {
  const change = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(change)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, key === 'errorCode' ? errorCode : change(inner)]),
    )
  }
  return change
}
