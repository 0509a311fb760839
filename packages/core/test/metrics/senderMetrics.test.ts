import type { Metric } from '@posthorn/contracts'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { stage } from '../support/stage.ts'

type Stage = ReturnType<typeof stage>

const of = (s: Stage, name: string, tags: Record<string, string> = {}): Metric | undefined =>
  s.it
    .metrics()
    .find(
      (metric) =>
        metric.name === name &&
        Object.keys(metric.tags).length === 1 + Object.keys(tags).length &&
        Object.entries(tags).every(([key, value]) => metric.tags[key] === value),
    )

const read = (s: Stage, name: string, tags: Record<string, string> = {}): number => of(s, name, tags)!.value()

const gzip = () =>
  ({
    name: 'gzip',
    attribute: 1,
    compress: (input: Uint8Array) => new Uint8Array(gzipSync(input)),
    decompress: (input: Uint8Array) => new Uint8Array(gunzipSync(input)),
  }) as const

describe('metrics of the sender', () => {
  it('MET-01 has all metrics of a topic from the first batch of it that is drained, none before', async () => {
    const s = stage({ lingerMs: 100 })
    const topical = (): string[] => [
      ...new Set(
        s.it
          .metrics()
          .filter(({ tags }) => tags['topic'] !== undefined)
          .map(({ name }) => name),
      ),
    ]
    s.send('a')
    await s.advance(50)
    expect(topical()).toEqual([])
    await s.advance(60)
    expect(topical().sort()).toEqual(
      [
        'byte-rate',
        'byte-total',
        'compression-rate',
        'record-error-rate',
        'record-error-total',
        'record-retry-rate',
        'record-retry-total',
        'record-send-rate',
        'record-send-total',
      ].sort(),
    )
    await s.end()
  })

  it('MET-02 MET-04 MET-05 records each drained batch: as sent, its wait, its ratio, its largest record', async () => {
    const s = stage({ lingerMs: 40, compression: gzip }, { brokers: 1 })
    await s.until(s.it.partitionsFor('orders'))
    s.send('x'.repeat(900))
    await s.advance(15)
    s.send('y'.repeat(300))
    await s.advance(100)
    const [batch] = s.cluster.log('orders', 0)
    const bytes = batch!.bytes.length
    expect(bytes).toBeLessThan(300)
    expect(read(s, 'batch-size-avg')).toBe(bytes)
    expect(read(s, 'byte-total', { topic: 'orders' })).toBe(bytes)
    expect(read(s, 'record-queue-time-max')).toBe(40)
    // Two records of 900 and 300 bytes with what is around them.
    const records = 900 + 300 + 2 * 8
    expect(read(s, 'record-size-max')).toBeGreaterThan(900)
    expect(read(s, 'record-size-max')).toBeLessThan(912)
    expect(read(s, 'compression-rate-avg')).toBeCloseTo((bytes - 61) / records, 2)
    expect(read(s, 'compression-rate', { topic: 'orders' })).toBe(read(s, 'compression-rate-avg'))
    expect(read(s, 'record-send-total', { topic: 'orders' })).toBe(2)
    await s.end()
  })

  it('MET-03 records of a request are counted once for each, over all its batches', async () => {
    const s = stage({ lingerMs: 20 }, { brokers: 1 })
    await s.until(s.it.partitionsFor('orders'))
    for (const partition of [0, 1, 2]) for (let i = 0; i < 4; i++) s.send(`${i}`, partition)
    await s.advance(100)
    for (let i = 0; i < 2; i++) s.send(`${i}`, 5)
    await s.advance(100)
    expect(read(s, 'records-per-request-avg')).toBe((12 + 2) / 2)
    await s.end()
  })

  it('MET-07 RSP-05 latency is that of answers, of the broker too; a request that was lost has none', async () => {
    const s = stage({ lingerMs: 0, retries: 0 }, { brokers: 1, latencyMs: 25 })
    await s.until(s.it.partitionsFor('orders'))
    s.cluster.intercept('Produce', { cutBefore: true, delayBeforeMs: 500 }, { times: 1 })
    const lost = s.send('a')
    await s.advance(2000)
    expect(lost.state).toBe('rejected')
    expect(read(s, 'request-latency-avg')).toBeNaN()
    expect(of(s, 'request-latency-avg', { 'node-id': 'node-0' })).toBeUndefined()
    await s.until(s.send('b').promise)
    expect(read(s, 'request-latency-avg')).toBe(50)
    expect(read(s, 'request-latency-max', { 'node-id': 'node-0' })).toBe(50)
    await s.end()
    const none = stage({ lingerMs: 0, acks: 0 }, { brokers: 1, latencyMs: 25 })
    await none.until(none.send('a').promise)
    expect(read(none, 'request-latency-avg')).toBeNaN()
    await none.end()
  })

  it('MET-08 requests in flight and the age of metadata are those of the moment of reading', async () => {
    const s = stage({ lingerMs: 0 }, { brokers: 1 })
    await s.until(s.send('a').promise)
    const [inFlight, age] = [of(s, 'requests-in-flight')!, of(s, 'metadata-age')!]
    expect([inFlight.value(), age.value()]).toEqual([0, 0])
    s.cluster.pauseBroker(0)
    s.send('b')
    await s.advance(2500)
    expect([inFlight.value(), age.value()]).toEqual([1, 2.5])
    s.cluster.resumeBroker(0)
    await s.end()
  })

  it('MET-09 a batch that is divided counts one, whatever comes of it', async () => {
    const s = stage(
      { lingerMs: 20, batchSize: 2000 },
      { brokers: 1, topics: { orders: { partitions: 1, maxMessageBytes: 400 } } },
    )
    await s.until(s.it.partitionsFor('orders'))
    const split: number[] = []
    for (let i = 0; i < 10; i++) s.send('x'.repeat(100))
    await s.advance(5000)
    split.push(read(s, 'batch-split-total'))
    // The whole, and then pieces of half its size, all of which are too large still once or twice.
    const produces = s.cluster.history.filter(({ apiName }) => apiName === 'Produce').length
    expect(s.stored(0)).toHaveLength(10)
    expect(split[0]).toBeGreaterThan(0)
    expect(split[0]).toBeLessThan(produces)
    expect(s.cluster.log('orders', 0).length + split[0]!).toBe(produces)
    await s.end()
  })

  it('MET-12 every metric has the tag client-id; those of topics and brokers have theirs beside it, and no more', async () => {
    const s = stage({ lingerMs: 0, clientId: 'me' }, { brokers: 1 })
    await s.until(s.send('a').promise)
    const kinds = new Map<string, Set<string>>()
    for (const { group, tags } of s.it.metrics()) {
      expect(tags['client-id']).toBe('me')
      kinds.set(group, (kinds.get(group) ?? new Set()).add(Object.keys(tags).sort().join()))
    }
    expect(Object.fromEntries([...kinds].map(([group, tags]) => [group, [...tags]]))).toEqual({
      'producer-metrics': ['client-id'],
      'producer-topic-metrics': ['client-id,topic'],
      'producer-node-metrics': ['client-id,node-id'],
    })
    await s.end()
  })

  it('MET-14 a producer that has closed has none', async () => {
    const s = stage({ lingerMs: 0 })
    await s.until(s.send('a').promise)
    expect(s.it.metrics().length).toBeGreaterThan(20)
    await s.end()
    expect(s.it.metrics()).toEqual([])
  })
})
