import { describe, expect, it } from 'vitest'
import { watch } from '../support/outcome.ts'
import { stage, states } from '../support/stage.ts'

describe('flush', () => {
  it('PRD-11 ACC-19 sends at once what would linger, and resolves when it has its outcome', async () => {
    const s = stage({ lingerMs: 10_000, deliveryTimeoutMs: 100_000 })
    const sends = [s.send('a', 0), s.send('b', 1), s.send('c', 2)]
    const flush = watch(s.it.flush())
    await s.until(flush.promise, 1000)
    expect(states(sends)).toEqual(['resolved', 'resolved', 'resolved'])
    expect(flush.turn).toBeGreaterThan(Math.max(...sends.map(({ turn }) => turn)))
    await s.end()
  })

  it('PRD-11 follows a record that still waits for metadata into its batch', async () => {
    const s = stage({ lingerMs: 10_000, deliveryTimeoutMs: 100_000 })
    const sent = s.send('a', 0)
    await s.until(s.it.flush(), 1000)
    expect(sent.state).toBe('resolved')
    await s.end()
  })

  it('PRD-11 resolves as well when records fail', async () => {
    const s = stage({ lingerMs: 10_000, deliveryTimeoutMs: 100_000 })
    s.cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' })
    const sends = [s.send('a'), s.send('b', 1)]
    await s.until(s.it.flush(), 1000)
    expect(states(sends)).toEqual(['TOPIC_AUTHORIZATION_FAILED', 'TOPIC_AUTHORIZATION_FAILED'])
    await s.end()
  })

  it('ACC-19 waits for nothing that was sent later, not even to the same partition', async () => {
    const s = stage({ lingerMs: 5 })
    await s.until(s.send('warm').promise)
    s.cluster.intercept('Produce', { delayAfterMs: 1000 }, { skip: 1 })
    const before = s.send('before')
    const flush = watch(s.it.flush())
    await s.advance(0)
    const after = s.send('after')
    await s.until(flush.promise)
    expect([before.state, after.state]).toEqual(['resolved', 'pending'])
    await s.end()
    expect(after.state).toBe('resolved')
  })

  it('ACC-19 leaves what is sent after it lingering as before', async () => {
    const s = stage({ lingerMs: 50 })
    await s.until(s.send('a').promise)
    for (let round = 0; round < 3; round++) {
      await s.until(s.it.flush())
      const sent = s.send(`round ${round}`)
      await s.advance(49)
      expect(sent.state).toBe('pending')
      await s.advance(2)
      expect(sent.state).toBe('resolved')
    }
    await s.end()
  })

  it('ACC-19 overlaps with others: each waits for its own, and hurry ends with the last', async () => {
    const s = stage({ lingerMs: 1000, deliveryTimeoutMs: 100_000 })
    await s.until(Promise.all([s.send('warm', 0).promise, s.send('warm', 1).promise]))
    s.cluster.intercept('Produce', { delayAfterMs: 500 }, { broker: s.cluster.partition('orders', 1).leader, times: 1 })
    const slow = s.send('slow', 1)
    const first = watch(s.it.flush())
    await s.advance(100)
    const quick = s.send('quick', 0)
    const second = watch(s.it.flush())
    await s.advance(100)
    expect([slow.state, quick.state, first.state, second.state]).toEqual(['pending', 'resolved', 'pending', 'pending'])
    await s.advance(400)
    expect([first.state, second.state]).toEqual(['resolved', 'resolved'])
    const later = s.send('later')
    await s.advance(900)
    expect(later.state).toBe('pending')
    await s.end()
  })

  it('of nothing resolves at once, without a request', async () => {
    const s = stage()
    await s.it.flush()
    expect(s.requests()).toEqual([])
    await s.end()
  })

  it('PRD-12 does not wait for itself when a delivery callback asks for it', async () => {
    const s = stage()
    let flush: Promise<void> | null = null
    s.it.trySend({ topic: 'orders', partition: 0, value: 'a' }, () => {
      flush = s.it.flush()
    })
    await s.clock.runUntil(() => flush !== null)
    await s.until(flush!, 1000)
    await s.end()
  })
})
