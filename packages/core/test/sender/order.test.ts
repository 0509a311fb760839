import { describe, expect, it } from 'vitest'
import { stage, states } from '../support/stage.ts'

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`)

describe('without a guard', () => {
  it('SPD-04 RSP-19 one batch of a partition is in flight at a time, also with room for more requests', async () => {
    const s = stage({ lingerMs: 0, batchSize: 0, maxInFlightRequestsPerConnection: 5 }, { latencyMs: 5 })
    await s.until(s.send('warm').promise)
    let inFlight = 0
    let most = 0
    s.cluster.intercept('Produce', () => {
      most = Math.max(most, ++inFlight)
      inFlight--
      return undefined
    })
    s.cluster.clearHistory()
    for (const value of numbers(10)) s.send(value)
    await s.advance(11)
    expect(s.requests().filter((name) => name === 'Produce').length).toBeLessThanOrEqual(1)
    await s.end()
    expect(s.stored(0)).toEqual(['warm', ...numbers(10)])
  })

  it('SPD-04 other partitions go on while one backs off', async () => {
    const s = stage({ lingerMs: 0, retryBackoffMs: 1000 }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 1 })
    const stuck = s.send('a', 0)
    await s.advance(10)
    await s.until(s.send('b', 1).promise, 100)
    expect(stuck.state).toBe('pending')
    await s.end()
  })

  it('RSP-19 order holds through errors, lost answers, cut connections and leaders that move', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const s = stage(
        { lingerMs: 1, batchSize: 300, requestTimeoutMs: 500, retryBackoffMs: 20 },
        { latencyMs: 2 },
        seed,
      )
      s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { skip: seed % 3, times: 2 })
      s.cluster.intercept('Produce', { cutBefore: true }, { skip: 4, times: 2 })
      s.cluster.intercept('Produce', { cutAfter: true }, { skip: 7, times: 1 })
      s.cluster.intercept('Produce', { drop: true }, { skip: 9, times: 1 })
      const sends = []
      for (let i = 0; i < 60; i++) {
        sends.push(s.send(`${i}`, i % 3))
        if (i % 10 === 9) await s.advance(30)
        if (i % 20 === 19) s.cluster.moveLeader('orders', i % 3, (s.cluster.partition('orders', i % 3).leader + 1) % 3)
      }
      await s.end()
      expect(new Set(states(sends))).toEqual(new Set(['resolved']))
      for (const partition of [0, 1, 2]) {
        const first = [...new Set(s.stored(partition).map(Number))]
        expect(first, `seed ${seed}, partition ${partition}`).toEqual(
          Array.from({ length: 20 }, (_, i) => 3 * i + partition),
        )
        // A batch may be there twice, but what follows it may not come before its copy.
        const last = s.stored(partition).map(Number)
        for (let i = 1; i < last.length; i++) expect(last[i]! - last[i - 1]!).toBeLessThanOrEqual(3)
      }
    }
  })

  it('MDT-11 a topic that is created anew with fewer partitions gets records for those that there are', async () => {
    const s = stage({ metadataMaxAgeMs: 1000, lingerMs: 0 }, { brokers: 1 })
    await s.until(s.send('warm', 5).promise)
    s.cluster.deleteTopic('orders')
    s.cluster.createTopic('orders', 2)
    await s.advance(3000)
    const sends = numbers(12).map((value) => s.it.send({ topic: 'orders', value }))
    await s.until(Promise.all(sends), 5000)
    expect([s.stored(0).length, s.stored(1).length]).toEqual([6, 6])
    await s.end()
  })
})
