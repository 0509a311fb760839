import { describe, expect, it } from 'vitest'
import { stage } from '../support/stage.ts'

describe('metadata and data for one broker', () => {
  it('NET-02 metadata that is due goes first where both leave in one pass', async () => {
    const s = stage({ lingerMs: 100, metadataMaxAgeMs: 10_000 }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.clearHistory()
    // The batch will have lingered at the moment at which metadata becomes too old.
    await s.advance(9_800)
    s.send('a')
    await s.advance(99)
    expect(s.requests()).toEqual([])
    await s.advance(1)
    expect(s.requests()).toEqual(['Metadata', 'Produce'])
    await s.end()
  })

  it('NET-02 metadata is not kept out by data that always fills the only connection', async () => {
    const s = stage(
      { lingerMs: 0, batchSize: 0, maxInFlightRequestsPerConnection: 1, metadataMaxAgeMs: 1000 },
      { brokers: 1, latencyMs: 10 },
    )
    await s.until(s.send('warm').promise)
    s.cluster.clearHistory()
    for (let i = 0; i < 1200; i++) s.send(`${i}`.padEnd(10), i % 6)
    await s.advance(3000)
    const names = s.requests()
    expect(names.filter((name) => name === 'Produce').length).toBeGreaterThan(100)
    expect(names.filter((name) => name === 'Metadata').length).toBeGreaterThanOrEqual(2)
    await s.end()
  })

  it('NET-02 MDT-19 and yet opens no connection for itself while data has one opened', async () => {
    const s = stage({ lingerMs: 0, connectionsMaxIdleMs: 2000, metadataMaxAgeMs: 5000 })
    await s.until(s.send('warm').promise)
    await s.advance(4000)
    s.cluster.pauseBroker(0)
    s.cluster.pauseBroker(1)
    s.cluster.pauseBroker(2)
    s.cluster.clearHistory()
    s.send('a')
    await s.advance(1500)
    expect(new Set(s.cluster.history.map(({ connection }) => connection)).size).toBeLessThanOrEqual(1)
    for (const broker of [0, 1, 2]) s.cluster.resumeBroker(broker)
    await s.end()
  })
})
