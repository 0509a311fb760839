import type { ProduceRequest } from '@posthorn/protocol'
import { describe, expect, it } from 'vitest'
import { stage, states } from '../support/stage.ts'

const bodies = (s: ReturnType<typeof stage>): ProduceRequest[] =>
  s.cluster.history.filter(({ apiName }) => apiName === 'Produce').map(({ body }) => body as ProduceRequest)

describe('acks', () => {
  it('PRD-23 PRQ-07 are sent as -1, 1 or 0, with requestTimeoutMs for the broker', async () => {
    for (const [acks, sent] of [
      ['all', -1],
      [-1, -1],
      [1, 1],
      [0, 0],
    ] as const) {
      const s = stage({ acks, requestTimeoutMs: 12_345 })
      await s.until(s.send('a').promise)
      await s.advance(10)
      expect(bodies(s)[0]).toMatchObject({ acks: sent, timeoutMs: 12_345, transactionalId: null })
      await s.end()
    }
  })

  it('RSP-04 NET-06 0: the record counts as delivered when it is written, at offset -1', async () => {
    const s = stage({ acks: 0, lingerMs: 0 }, { latencyMs: 50 })
    const { offset } = await s.until(s.send('a').promise)
    expect(offset).toBe(-1n)
    await s.advance(100)
    expect(s.stored(0)).toEqual(['a'])
    await s.end()
  })

  it('RSP-04 0: sends one after the other, keeps order, and asks nothing of an unanswered broker', async () => {
    const s = stage({ acks: 0, lingerMs: 0, batchSize: 0, maxInFlightRequestsPerConnection: 2 })
    const sends = Array.from({ length: 30 }, (_, i) => s.send(`${i}`))
    await s.end()
    await s.advance(100)
    expect(new Set(states(sends))).toEqual(new Set(['resolved']))
    expect(s.stored(0)).toEqual(Array.from({ length: 30 }, (_, i) => `${i}`))
  })

  it('RSP-04 0: a connection that breaks before the write is over fails or repeats the record, and says so', async () => {
    const s = stage({ acks: 0, lingerMs: 0, retries: 0 }, { latencyMs: 50 })
    await s.until(s.send('warm').promise)
    const sent = s.send('a')
    await s.advance(10)
    s.cluster.cutConnections()
    await s.advance(1000)
    expect(['resolved', 'NETWORK_EXCEPTION']).toContain(states([sent])[0])
    await s.end()
  })

  it('RSP-17 all: the offset is the broker’s, counted within the batch', async () => {
    const s = stage({ lingerMs: 10 })
    const sends = ['a', 'b', 'c'].map((value) => s.send(value))
    const results = await s.until(Promise.all(sends.map(({ promise }) => promise)))
    expect(results.map(({ offset }) => offset)).toEqual([0n, 1n, 2n])
    expect(bodies(s)).toHaveLength(1)
    await s.end()
  })
})
