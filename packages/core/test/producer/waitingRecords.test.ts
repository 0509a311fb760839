import { describe, expect, it } from 'vitest'
import { stage, states } from '../support/stage.ts'

describe('sends that wait while maxBufferedRecords are in batches', () => {
  it('are an eighth as many, and the next one is refused at once', async () => {
    const s = stage({ maxBufferedRecords: 16_000, bufferMemory: 100_000_000, lingerMs: 1000, batchSize: 1_000_000 })
    await s.until(s.it.partitionsFor('orders'))
    const sends = Array.from({ length: 18_001 }, (_, i) => s.send('x', i % 6))
    await s.advance(0)
    expect(states(sends.slice(-2))).toEqual(['pending', 'BUFFER_EXHAUSTED'])
    await s.end()
    expect(new Set(states(sends.slice(0, -1)))).toEqual(new Set(['resolved']))
  })

  it('are a thousand in any case, and are bounded by their bytes alone while nothing is in batches', async () => {
    const s = stage({ maxBufferedRecords: 100, bufferMemory: 100_000_000, lingerMs: 1000 })
    const early = Array.from({ length: 1100 }, (_, i) => s.send('x', i % 6))
    await Promise.allSettled(early.slice(1000).map(({ promise }) => promise))
    expect(states(early.slice(998, 1001))).toEqual(['pending', 'pending', 'BUFFER_EXHAUSTED'])
    await s.end()
  })
})
