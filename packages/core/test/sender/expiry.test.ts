import { describe, expect, it } from 'vitest'
import { notingDelivery } from '../support/guard.ts'
import { stage, states } from '../support/stage.ts'

const quick = { lingerMs: 0, requestTimeoutMs: 1000, deliveryTimeoutMs: 3000 }

describe('after deliveryTimeoutMs', () => {
  it('SPD-05 SPD-06 a batch that was never sent fails, naming records, partition and time', async () => {
    const s = stage(quick)
    await s.until(s.send('warm').promise)
    s.cluster.moveLeader('orders', 0, -1)
    s.cluster.intercept('Produce', { error: 'NOT_LEADER_OR_FOLLOWER' })
    await s.advance(10)
    const probe = s.send('probe')
    await s.advance(500)
    const sends = [s.send('a'), s.send('b')]
    await s.advance(2999)
    expect(states(sends)).toEqual(['pending', 'pending'])
    await s.advance(2)
    expect(states([probe, ...sends])).toEqual(['DELIVERY_TIMEOUT', 'DELIVERY_TIMEOUT', 'DELIVERY_TIMEOUT'])
    expect(sends[0]?.error).toMatchObject({
      name: 'TimeoutError',
      maybePersisted: false,
      retriable: true,
      topic: 'orders',
      partition: 0,
      message:
        '2 record(s) for orders-0 expired without an attempt: 3000 ms (deliveryTimeoutMs) have passed since the batch was opened',
    })
    await s.end()
  })

  it('SPD-05 a batch that backs off fails with the latest error as its cause', async () => {
    const s = stage({ ...quick, retryBackoffMs: 800 })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' })
    const sent = s.send('a')
    await s.advance(3100)
    expect(sent.error).toMatchObject({
      code: 'DELIVERY_TIMEOUT',
      maybePersisted: false,
      cause: { code: 'NOT_ENOUGH_REPLICAS' },
    })
    expect(sent.error?.message).toMatch(/expired after \d attempt\(s\)/)
    await s.end()
  })

  it('SPD-08 SPD-09 a batch in flight fails in time, and its late answer changes nothing', async () => {
    const s = stage({ lingerMs: 0, requestTimeoutMs: 3000, deliveryTimeoutMs: 3000 })
    await s.until(s.send('warm', 1).promise)
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS', delayBeforeMs: 2990 }, { times: 1 })
    const { leader } = s.cluster.partition('orders', 1)
    s.cluster.intercept('Produce', { delayAfterMs: 100 }, { broker: leader })
    const sent = s.send('a', 1)
    await s.advance(2000)
    const later = s.send('b', 1)
    await s.advance(989)
    expect(sent.state).toBe('pending')
    await s.end()
    expect(states([sent, later])).toEqual(['DELIVERY_TIMEOUT', 'resolved'])
  })

  it('SPD-09 RSP-10 an expired batch is not sent again, although its answer asks for it', async () => {
    const s = stage({ lingerMs: 0, requestTimeoutMs: 5000, deliveryTimeoutMs: 5000 })
    await s.until(s.send('warm').promise)
    s.cluster.clearHistory()
    s.cluster.intercept('Produce', { delayBeforeMs: 4000, cutAfter: true }, { times: 1 })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS', delayBeforeMs: 2000 })
    const sent = s.send('a')
    await s.advance(20_000)
    expect(sent.state).toBe('rejected')
    expect(s.requests().filter((name) => name === 'Produce').length).toBeLessThanOrEqual(2)
    await s.end()
  })

  it('SPD-10 without a guard the partition stays muted until the request of the expired batch is over', async () => {
    const s = stage({ lingerMs: 0, requestTimeoutMs: 2000, deliveryTimeoutMs: 2000 })
    await s.until(s.send('warm').promise)
    s.cluster.clearHistory()
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 1 })
    // The second attempt begins after some 100 ms and is answered after the batch has expired.
    s.cluster.intercept('Produce', { delayAfterMs: 1950 }, { times: 1 })
    const first = s.send('first')
    await s.advance(1000)
    const second = s.send('second')
    await s.advance(1001)
    expect(states([first, second])).toEqual(['DELIVERY_TIMEOUT', 'pending'])
    expect(s.requests()).toEqual(['Produce', 'Produce'])
    await s.advance(1500)
    expect(states([second])).toEqual(['resolved'])
    expect(s.stored(0)).toEqual(['warm', 'first', 'second'])
    await s.end()
  })

  it('SPD-11 memory of an expired batch whose bytes are still on their way goes to nobody else', async () => {
    let latencyMs = 0
    // Memory for one batch: whoever comes next would get that of the first.
    const memory = { batchSize: 200, bufferMemory: 200, maxWaitingBytes: 10_000 }
    const s = stage(
      { lingerMs: 0, ...memory, requestTimeoutMs: 700, deliveryTimeoutMs: 700, retries: 0 },
      { latencyMs: () => latencyMs },
    )
    await s.until(Promise.all([s.send('warm', 0).promise, s.send('warm', 1).promise]))
    latencyMs = 2000
    const slow = s.send('a', 0)
    await s.advance(10)
    latencyMs = 0
    await s.advance(700)
    expect(slow.state).toBe('rejected')
    const next = s.send('b', 1)
    await s.advance(1200)
    expect(next.state).toBe('pending')
    await s.until(next.promise, 1000)
    await s.advance(1000)
    // The late bytes arrive as they were written; checksums are looked at by the cluster.
    expect([s.stored(0), s.stored(1)]).toEqual([
      ['warm', 'a'],
      ['warm', 'b'],
    ])
    await s.end()
  })

  it('SPD-15 a callback of an expiry may send: it is taken and delivered', async () => {
    const s = stage(quick)
    await s.until(s.send('warm').promise)
    s.cluster.pauseBroker(s.cluster.partition('orders', 0).leader)
    const heard: string[] = []
    s.it.trySend({ topic: 'orders', partition: 0, value: 'a' }, (error) => {
      heard.push(error?.code ?? 'stored')
      s.cluster.resumeBroker(s.cluster.partition('orders', 0).leader)
      s.it.trySend({ topic: 'orders', partition: 0, value: 'b' }, (again) => heard.push(again?.code ?? 'stored'))
    })
    await s.advance(10_000)
    expect(heard).toEqual(['DELIVERY_TIMEOUT', 'stored'])
    await s.end()
  })

  it('SPD-07 the guard hears once of each expired batch, and whether it had been sent', async () => {
    const notes: string[] = []
    const s = stage({
      ...quick,
      delivery: notingDelivery(notes, { mayDrain: ({ partition }) => partition.partition === 0 }),
    })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' })
    s.send('a', 0)
    s.send('b', 1)
    await s.advance(10_000)
    expect(notes.sort()).toEqual(['expired 0 attempted', 'expired 1 never sent'])
    await s.end()
  })
})
