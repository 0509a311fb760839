import { describe, expect, it } from 'vitest'
import { watch } from '../support/outcome.ts'
import { stage, states } from '../support/stage.ts'

const metadataRequests = (s: ReturnType<typeof stage>) =>
  s.cluster.history.filter(({ apiName }) => apiName === 'Metadata')

describe('metadata requests', () => {
  it('MDT-02 name the topics in use and allow them to be created', async () => {
    const s = stage({ lingerMs: 0 })
    await s.until(s.send('a', 0, { topic: 'new-one' }).promise, 5000)
    expect(s.cluster.topics).toContain('new-one')
    expect(metadataRequests(s).every(({ topics }) => topics.join() === 'new-one')).toBe(true)
    expect(metadataRequests(s)[0]?.body).toMatchObject({ allowAutoTopicCreation: true })
    await s.end()
  })

  it('MDT-03 come again after metadataMaxAgeMs, for all topics', async () => {
    const s = stage({ lingerMs: 0, metadataMaxAgeMs: 10_000 }, { topics: { orders: 1, bills: 1 } })
    await s.until(Promise.all([s.send('a').promise, s.send('b', 0, { topic: 'bills' }).promise]))
    s.cluster.clearHistory()
    await s.advance(9000)
    expect(metadataRequests(s)).toHaveLength(0)
    await s.advance(1100)
    expect(metadataRequests(s).map(({ topics }) => [...topics].sort())).toEqual([['bills', 'orders']])
    await s.end()
  })

  it('MDT-19 are one at a time, however many sends wait', async () => {
    const s = stage({ lingerMs: 0 }, { latencyMs: 20 })
    const sends = Array.from({ length: 50 }, (_, i) => s.send(`${i}`, i % 6))
    await s.advance(500)
    expect(metadataRequests(s)).toHaveLength(1)
    expect(new Set(states(sends))).toEqual(new Set(['resolved']))
    await s.end()
  })

  it('MDT-18 that are lost with their connection are sent again, after the back-off', async () => {
    const s = stage({ lingerMs: 0 })
    s.cluster.intercept('Metadata', { cutBefore: true }, { times: 3 })
    await s.until(s.send('a').promise, 5000)
    expect(metadataRequests(s)).toHaveLength(4)
    const times = metadataRequests(s).map(({ at }) => at)
    for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeGreaterThan(70)
    await s.end()
  })

  it('NET-17 that are answered with garbage, or half, are sent again', async () => {
    for (const send of ['garbage', 'partial'] as const) {
      const s = stage({ lingerMs: 0 })
      s.cluster.intercept('Metadata', { send }, { times: 1 })
      await s.until(s.send('a').promise, 5000)
      await s.end()
    }
  })

  it('MDT-08 that are answered without brokers count as failed', async () => {
    const s = stage({ lingerMs: 0 })
    s.cluster.intercept('Metadata', { change: (answer: object) => ({ ...answer, brokers: [] }) }, { times: 2 })
    await s.until(s.send('a').promise, 5000)
    expect(metadataRequests(s)).toHaveLength(3)
    await s.end()
  })

  it('MDT-09 MDT-14 forget a topic that was idle, and ask for it again when it is used', async () => {
    const s = stage({ lingerMs: 0, metadataMaxAgeMs: 2000, metadataMaxIdleMs: 5000 })
    await s.until(s.send('a').promise)
    await s.advance(20_000)
    expect(metadataRequests(s).at(-1)?.topics).toEqual([])
    s.cluster.clearHistory()
    await s.until(s.send('b').promise, 1000)
    expect(metadataRequests(s)[0]?.topics).toEqual(['orders'])
    expect(s.stored(0)).toEqual(['a', 'b'])
    await s.end()
  })

  it('PRD-13 MDT-15 answer a wait for partitions when the topic appears in the middle of it', async () => {
    const s = stage({}, { autoCreateTopics: false })
    const partitions = watch(s.it.partitionsFor('late'))
    await s.advance(3000)
    expect(partitions.state).toBe('pending')
    s.cluster.createTopic('late', 3)
    await s.advance(1500)
    expect(partitions.value).toHaveLength(3)
    await s.end()
  })

  it('that refuse a topic leave what is queued for it alone: it goes its way, and later sends are taken', async () => {
    const s = stage({ lingerMs: 0, metadataMaxAgeMs: 1000 }, { brokers: 1 })
    await s.until(s.send('a').promise)
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 6 })
    const queued = s.send('b')
    await s.advance(300)
    s.cluster.intercept('Metadata', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { times: 1 })
    await s.until(queued.promise, 20_000)
    await s.until(s.send('c').promise, 5000)
    expect(s.stored(0)).toEqual(['a', 'b', 'c'])
    expect(s.logger.errors).toEqual([])
    await s.end()
  })
})
