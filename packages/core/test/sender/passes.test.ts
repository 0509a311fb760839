import { describe, expect, it } from 'vitest'
import { stage } from '../support/stage.ts'

describe('passes of the sender', () => {
  it('an idle producer takes a handful in an hour, none of which keeps the process alive', async () => {
    const s = stage({ lingerMs: 0 })
    await s.until(s.send('a').promise)
    await s.advance(100)
    const before = s.passes.runs
    for (let minute = 0; minute < 60; minute++) {
      await s.advance(60_000)
      expect(s.passes.foreground, `minute ${minute}`).toBe(0)
    }
    // Metadata every five minutes, and connections that are closed for being idle.
    expect(s.passes.runs - before).toBeLessThan(200)
    await s.end()
  })

  it('a producer that was never used takes none', async () => {
    const s = stage()
    await s.advance(3_600_000)
    expect([s.passes.runs, s.passes.pending]).toEqual([0, 0])
    await s.end()
  })

  it('SPD-13 a record takes a few, not one for each thing that happens', async () => {
    const s = stage({ lingerMs: 5 })
    await s.until(s.send('warm').promise)
    await s.advance(1000)
    const before = s.passes.runs
    await s.until(s.send('a').promise)
    await s.advance(1000)
    expect(s.passes.runs - before).toBeLessThanOrEqual(6)
    await s.end()
  })

  it('none spin while a broker is down: as many as there are attempts to reach it', async () => {
    const s = stage({ lingerMs: 0, deliveryTimeoutMs: 60_000, requestTimeoutMs: 5000 }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.stopBroker(0)
    s.send('a')
    const before = s.passes.runs
    await s.advance(50_000)
    // Reconnects back off to once a second, for two addresses.
    expect(s.passes.runs - before).toBeLessThan(400)
    await s.cluster.startBroker(0)
    await s.end()
  })

  it('none spin while a broker says nothing', async () => {
    const s = stage({ lingerMs: 0, requestTimeoutMs: 30_000 }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.pauseBroker(0)
    for (let partition = 0; partition < 6; partition++) s.send('a', partition)
    await s.advance(10)
    const before = s.passes.runs
    await s.advance(29_000)
    expect(s.passes.runs - before).toBeLessThan(10)
    s.cluster.resumeBroker(0)
    await s.end()
  })

  it('none spin while batches back off: about one for each attempt', async () => {
    const s = stage({ lingerMs: 0, retryBackoffMs: 1000, retryBackoffMaxMs: 1000 }, { brokers: 1 })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 20 })
    const sent = s.send('a')
    await s.advance(5)
    const before = s.passes.runs
    await s.advance(15_000)
    expect(s.passes.runs - before).toBeLessThan(100)
    await s.until(sent.promise)
    await s.end()
  })

  it('none spin while a partition has no leader, and metadata is asked for at the pace of the back-off', async () => {
    const s = stage({ lingerMs: 0 })
    await s.until(s.send('warm').promise)
    s.cluster.moveLeader('orders', 0, -1)
    const sent = s.send('a')
    await s.advance(5000)
    s.cluster.clearHistory()
    const before = s.passes.runs
    await s.advance(30_000)
    expect(s.requests().length).toBeLessThan(45)
    expect(s.passes.runs - before).toBeLessThan(200)
    s.cluster.moveLeader('orders', 0, 1)
    await s.until(sent.promise)
    await s.end()
  })

  it('ACC-08 nobody asks for leaders any more once what waited for one has expired', async () => {
    const s = stage({ lingerMs: 0, requestTimeoutMs: 1000, deliveryTimeoutMs: 2000 }, { topics: { orders: 2 } })
    await s.until(s.send('warm', 1).promise)
    s.cluster.intercept('Produce', { error: 'NOT_LEADER_OR_FOLLOWER' }, { topic: 'orders' })
    s.cluster.intercept('Metadata', {
      change: (answer: { topics: { partitions: object[] }[] }) => ({
        ...answer,
        topics: answer.topics.map((topic) => ({
          ...topic,
          partitions: topic.partitions.map((partition) => ({ ...partition, leaderId: -1, leaderEpoch: 50 })),
        })),
      }),
    })
    const sent = s.send('a', 0)
    await s.advance(3000)
    expect(sent.error?.code).toBe('DELIVERY_TIMEOUT')
    s.cluster.clearInterceptions()
    // The topic comes back with other epochs than these; until then its leaders stay unknown, and nobody minds.
    await s.advance(400_000)
    s.cluster.clearHistory()
    await s.advance(60_000)
    expect(s.requests().length).toBeLessThan(3)
    await s.end()
  })

  it('SND-01 a pass that throws loses nothing: the sender goes on', async () => {
    let broken = 0
    const random = (): number => {
      if (broken-- > 0) throw new Error('no chance today')
      return 0.5
    }
    const s = stage({ lingerMs: 0, random })
    broken = 3
    const sent = s.send('a')
    await s.until(sent.promise, 1000)
    expect(s.logger.errors).toEqual(Array(3).fill('a pass of the sender failed'))
    await s.end({}, 3)
  })

  it('one metadata request is enough for a producer’s first record', async () => {
    const s = stage({ lingerMs: 0 })
    await s.until(s.send('a').promise)
    await s.advance(10_000)
    expect(s.requests()).toEqual(['Metadata', 'Produce'])
    await s.end()
  })
})
