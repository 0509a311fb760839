import type { ProducerStamp, RetryEvent } from '@posthorn/contracts'
import { readBatches } from '@posthorn/protocol'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openDelivery } from '../support/guard.ts'
import { stage } from '../support/stage.ts'

describe('an answer that refuses a batch', () => {
  it('RSP-13 for want of permission for the topic names the topic', async () => {
    const s = stage({ lingerMs: 0 })
    s.cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' })
    const sent = s.send('a', 3)
    await s.advance(100)
    expect(sent.error).toMatchObject({
      name: 'BrokerError',
      code: 'TOPIC_AUTHORIZATION_FAILED',
      errorCode: 29,
      retriable: false,
      topic: 'orders',
      partition: 3,
    })
    await s.end()
  })

  it('RSP-14 for want of permission on the cluster says that idempotent sends are not allowed', async () => {
    const s = stage({ lingerMs: 0 })
    s.cluster.intercept('Produce', { error: 'CLUSTER_AUTHORIZATION_FAILED' })
    const sent = s.send('a')
    await s.advance(100)
    expect(sent.error).toMatchObject({ name: 'BrokerError', code: 'CLUSTER_AUTHORIZATION_FAILED', errorCode: 31 })
    expect(sent.error?.message).toMatch(/may not send with idempotence/)
    await s.end()
  })

  it('RSP-16 because metadata is wrong has it asked for, whether the batch is sent again or not', async () => {
    for (const retries of [0, 5]) {
      for (const [error, asks] of [
        ['NOT_LEADER_OR_FOLLOWER', true],
        ['UNKNOWN_TOPIC_OR_PARTITION', true],
        ['NOT_ENOUGH_REPLICAS', false],
      ] as const) {
        const s = stage({ lingerMs: 0, retries })
        await s.until(s.send('warm').promise)
        await s.advance(1000)
        s.cluster.clearHistory()
        s.cluster.intercept('Produce', { error }, { times: 1 })
        const sent = s.send('a')
        await s.advance(2000)
        expect(sent.state).toBe(retries === 0 ? 'rejected' : 'resolved')
        expect(s.requests().includes('Metadata'), `${error}, ${retries} retries`).toBe(asks)
        await s.end()
      }
    }
  })
})

describe('a batch that is sent again', () => {
  it('BAT-08 has one attempt more each time, and waits from the failure on, not from its creation', async () => {
    const events: RetryEvent[] = []
    const hooks = [() => ({ name: 'sees', onRetry: (event: RetryEvent) => void events.push(event) })]
    const s = stage({ lingerMs: 0, retryBackoffMs: 200, retryBackoffMaxMs: 200, hooks }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.clearHistory()
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS', delayAfterMs: 1000 }, { times: 2 })
    await s.until(s.send('a').promise)
    expect(events.map(({ attempts }) => attempts)).toEqual([1, 2])
    const times = s.cluster.history.map(({ at }) => at)
    expect(times.map((at) => Math.round(at - times[0]!))).toEqual([0, 1200, 2400])
    await s.end()
  })

  it('BAT-10 under another stamp has a new header and checksum, and its records as they were', async () => {
    let calls = 0
    const stamps: ProducerStamp[] = [5n, 6n].map((producerId) => ({
      producerId,
      producerEpoch: 3,
      baseSequence: 0,
      transactional: false,
    }))
    const sealed: Buffer[] = []
    const gzip = () =>
      ({
        name: 'gzip',
        attribute: 1,
        compress: (input: Uint8Array) => (calls++, new Uint8Array(gzipSync(input))),
        decompress: (input: Uint8Array) => new Uint8Array(gunzipSync(input)),
      }) as const
    const delivery = openDelivery({
      attach: (given) => {
        control = given
      },
      stamp: () => stamps[0]!,
      judge: (batch) => {
        control.restamp(batch, stamps[1]!)
        return 'retry'
      },
    })
    let control: { restamp(batch: object, stamp: ProducerStamp): void } = { restamp: () => {} }
    const s = stage({ lingerMs: 0, compression: gzip, delivery }, { brokers: 1 })
    s.cluster.intercept('Produce', ({ body }) => {
      const { topics } = body as { topics: { partitions: { records: Uint8Array }[] }[] }
      sealed.push(Buffer.from(topics[0]!.partitions[0]!.records))
      return sealed.length === 1 ? { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' } : {}
    })
    await s.until(s.send('a'.repeat(100)).promise)
    expect(calls).toBe(1)
    const views = sealed.map((bytes) => [...readBatches(bytes)][0]!)
    expect(views.map(({ producerId }) => producerId)).toEqual([5n, 6n])
    expect(views.map((view) => view.isCrcValid())).toEqual([true, true])
    expect(sealed[0]!.readUInt32BE(17)).not.toBe(sealed[1]!.readUInt32BE(17))
    expect(sealed[0]!.subarray(61)).toEqual(sealed[1]!.subarray(61))
    await s.end()
  })

  it('SPL-07 as pieces fails when deliveryTimeoutMs is over since the whole was opened', async () => {
    const s = stage(
      { lingerMs: 0, batchSize: 2000, requestTimeoutMs: 500, deliveryTimeoutMs: 2000 },
      { brokers: 1, topics: { orders: 1 } },
    )
    await s.until(s.it.partitionsFor('orders'))
    s.cluster.intercept('Produce', { error: 'MESSAGE_TOO_LARGE', delayAfterMs: 400 }, { times: 1 })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' })
    const sends = ['a', 'b'].map((value) => s.send(value))
    await s.advance(1999)
    expect(sends.map(({ state }) => state)).toEqual(['pending', 'pending'])
    await s.advance(2)
    expect(sends.map(({ error }) => error?.code)).toEqual(['DELIVERY_TIMEOUT', 'DELIVERY_TIMEOUT'])
    await s.end()
  })
})
