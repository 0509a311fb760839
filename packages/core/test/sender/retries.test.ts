import type { RetryEvent } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import { stage, states } from '../support/stage.ts'

const produced = (s: ReturnType<typeof stage>): number[] =>
  s.cluster.history.filter(({ apiName }) => apiName === 'Produce').map(({ at }) => at)

describe('a failed attempt', () => {
  it('RSP-09 with retries = n is sent n + 1 times, then fails with the broker’s error', async () => {
    for (const retries of [0, 1, 3]) {
      const s = stage({ retries, lingerMs: 0 })
      s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' })
      const sent = s.send('a')
      await s.advance(20_000)
      expect(produced(s)).toHaveLength(retries + 1)
      expect(sent.error).toMatchObject({ name: 'BrokerError', code: 'NOT_ENOUGH_REPLICAS', retriable: true })
      expect(sent.error).toMatchObject({ topic: 'orders', partition: 0 })
      await s.end()
    }
  })

  it('RSP-08 is tried again until it succeeds, in its place in the order', async () => {
    const s = stage({ lingerMs: 0, batchSize: 0 })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 3 })
    const sends = ['a', 'b', 'c'].map((value) => s.send(value))
    await s.end()
    expect(states(sends)).toEqual(['resolved', 'resolved', 'resolved'])
    expect(s.stored(0)).toEqual(['a', 'b', 'c'])
  })

  it('RSP-12 with an error that is not retriable fails at once, and the next batch goes', async () => {
    const s = stage({ lingerMs: 0, batchSize: 0 })
    s.cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { times: 1 })
    const sends = [s.send('a'), s.send('b')]
    await s.until(sends[1]!.promise, 100)
    expect(states(sends)).toEqual(['TOPIC_AUTHORIZATION_FAILED', 'resolved'])
    await s.end()
  })

  it('that a broker answers with DUPLICATE_SEQUENCE_NUMBER has succeeded, at an offset that nobody tells', async () => {
    const s = stage({ lingerMs: 0 })
    s.cluster.intercept('Produce', { error: 'DUPLICATE_SEQUENCE_NUMBER' })
    const sent = s.send('a')
    expect(await s.until(sent.promise)).toMatchObject({ offset: -1n })
    expect(produced(s)).toHaveLength(1)
    await s.end()
  })

  it('RSP-15 KIP-467 fails with the broker’s own words where it has some', async () => {
    const s = stage({ lingerMs: 0 })
    s.cluster.intercept('Produce', {
      error: 'POLICY_VIOLATION',
      change: (answer: { topics: { partitions: object[] }[] }) => ({
        ...answer,
        topics: answer.topics.map((topic) => ({
          ...topic,
          partitions: topic.partitions.map((partition) => ({ ...partition, errorMessage: 'no orders on Sundays' })),
        })),
      }),
    })
    const sent = s.send('a')
    await s.advance(100)
    expect(sent.error).toMatchObject({ code: 'POLICY_VIOLATION' })
    expect(sent.error?.message).toContain('no orders on Sundays')
    await s.end()
  })

  it('ACC-06 backs off longer each time: twice as long, a fifth more or less, never beyond the maximum', async () => {
    const s = stage({ lingerMs: 0, retries: 7, retryBackoffMs: 100, retryBackoffMaxMs: 1000 })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' })
    s.send('a')
    await s.advance(60_000)
    const times = produced(s)
    const waits = times.slice(1).map((at, i) => at - times[i]!)
    for (const [i, nominal] of [100, 200, 400, 800, 1000, 1000, 1000].entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(nominal * 0.8 - 1)
      expect(waits[i]).toBeLessThanOrEqual(Math.min(nominal * 1.2, 1000) + 1)
    }
    await s.end()
  })

  it('ACC-06 backs off always alike where the first wait is the longest', async () => {
    const s = stage({ lingerMs: 0, retries: 3, retryBackoffMs: 250, retryBackoffMaxMs: 250 })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' })
    s.send('a')
    await s.advance(10_000)
    const times = produced(s)
    expect(times.slice(1).map((at, i) => Math.round(at - times[i]!))).toEqual([250, 250, 250])
    await s.end()
  })

  it('RSP-01 because the connection broke is tried again, and may have been stored', async () => {
    const s = stage({ lingerMs: 0, retries: 0 })
    await s.until(s.send('warm').promise)
    s.cluster.intercept('Produce', { cutAfter: true }, { times: 1 })
    const lost = s.send('stored, but who knows')
    await s.advance(1000)
    expect(lost.error).toMatchObject({ code: 'NETWORK_EXCEPTION', retriable: true, maybePersisted: true })
    expect(lost.error?.message).toMatch(/broker-\d:9092/)
    expect(s.stored(0)).toContain('stored, but who knows')
    await s.end()
  })

  it('RSP-01 KAFKA-14317 because nobody answered in time names the broker and the time-out', async () => {
    const s = stage({ lingerMs: 0, retries: 0, requestTimeoutMs: 1000, deliveryTimeoutMs: 5000 })
    await s.until(s.send('warm').promise)
    s.cluster.intercept('Produce', { drop: true }, { times: 1 })
    const lost = s.send('a')
    await s.advance(999)
    expect(lost.state).toBe('pending')
    await s.advance(2)
    expect(lost.error).toMatchObject({ code: 'REQUEST_TIMED_OUT', maybePersisted: true })
    expect(lost.error?.message).toMatch(/broker-\d:9092 did not answer Produce in time/)
    await s.end()
  })

  it('tells hooks of the error, the attempts and the wait', async () => {
    const events: RetryEvent[] = []
    const s = stage({ lingerMs: 0, hooks: [() => ({ name: 'sees', onRetry: (event) => void events.push(event) })] })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 2 })
    await s.until(s.send('a').promise)
    expect(events.map(({ error, attempts, records }) => [error.code, attempts, records])).toEqual([
      ['NOT_ENOUGH_REPLICAS', 1, 1],
      ['NOT_ENOUGH_REPLICAS', 2, 1],
    ])
    expect(events[1]!.backoffMs).toBeGreaterThan(events[0]!.backoffMs)
    await s.end()
  })
})
