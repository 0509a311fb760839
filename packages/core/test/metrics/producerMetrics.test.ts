import type { Metric } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { simulate } from '../support/simulation.ts'

function reader(metrics: readonly Metric[]): (name: string, tags?: Record<string, string>) => number {
  return (name, tags = {}) => {
    const wanted = Object.entries(tags)
    const found = metrics.filter(
      (metric) =>
        metric.name === name &&
        wanted.every(([key, value]) => metric.tags[key] === value) &&
        Object.keys(metric.tags).length === 1 + wanted.length,
    )
    expect(found.map((metric) => metric.name)).toEqual([name])
    return found[0]?.value() ?? Number.NaN
  }
}

describe('metrics()', () => {
  test('Table A: what was sent, under Kafka’s names, of the producer, the topic and the brokers', async () => {
    const { producer: make, until } = simulate({ brokers: 1, latencyMs: 3 })
    const producer = make({ lingerMs: 20 })
    await until(Promise.all(Array.from({ length: 90 }, (_, i) => producer.send({ topic: 'orders', value: `v${i}` }))))
    const read = reader(producer.metrics())
    expect(read('record-send-total')).toBe(90)
    expect(read('record-send-total', { topic: 'orders' })).toBe(90)
    expect(read('records-per-request-avg')).toBe(90)
    expect(read('compression-rate-avg')).toBe(1)
    expect(read('record-queue-time-avg')).toBeGreaterThanOrEqual(20)
    expect(read('request-latency-avg')).toBeGreaterThanOrEqual(6)
    expect(read('request-latency-max', { 'node-id': 'node-0' })).toBe(read('request-latency-max'))
    expect(read('batch-size-avg') * 6).toBe(read('byte-total', { topic: 'orders' }))
    expect(read('record-error-total')).toBe(0)
    expect(read('requests-in-flight')).toBe(0)
    expect(read('buffer-available-bytes')).toBe(read('buffer-total-bytes'))
    expect(read('metadata-age')).toBeLessThan(1)
    expect(read('waiting-threads')).toBe(0)
    expect(read('request-total')).toBe(2)
    expect(read('outgoing-byte-total')).toBeGreaterThan(read('byte-total', { topic: 'orders' }))
    expect(read('incoming-byte-total')).toBeGreaterThan(0)
    await until(producer.close())
    expect(producer.metrics()).toEqual([])
  })

  test('MET-06 FLB-06: retries and errors count records', async () => {
    const { cluster, producer: make, until } = simulate({ brokers: 1, topics: { orders: 1 } })
    const producer = make()
    cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 2 })
    cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    const outcomes = Array.from({ length: 10 }, (_, i) => producer.send({ topic: 'orders', value: `v${i}` }))
    await until(Promise.allSettled(outcomes))
    const read = reader(producer.metrics())
    expect(read('record-retry-total')).toBe(20)
    expect(read('record-retry-total', { topic: 'orders' })).toBe(20)
    expect(read('record-error-total')).toBe(10)
    expect(read('record-error-total', { topic: 'orders' })).toBe(10)
    expect(read('record-send-total')).toBe(30)
    await until(producer.close())
  })

  test('MET-15: a record that never reached a batch counts as one error', async () => {
    const { producer: make, until } = simulate()
    const producer = make()
    await expect(producer.send({ topic: 'orders', value: 5 as never })).rejects.toMatchObject({
      code: 'SERIALIZATION_FAILED',
    })
    expect(reader(producer.metrics())('record-error-total')).toBe(1)
    await until(producer.close())
  })

  test('MET-10 RSP-22: the pauses that brokers ask for, zeros included', async () => {
    const { cluster, producer: make, until } = simulate({ brokers: 1, topics: { orders: 1 } })
    const producer = make({ lingerMs: 0 })
    await until(producer.send({ topic: 'orders', value: 'a' }))
    cluster.throttle(40)
    await until(producer.send({ topic: 'orders', value: 'b' }))
    const read = reader(producer.metrics())
    expect(read('produce-throttle-time-avg')).toBe(20)
    expect(read('produce-throttle-time-max')).toBe(40)
    await until(producer.close())
  })

  test('MET-13: time spent in flush and in waiting for metadata adds up', async () => {
    const { producer: make, until } = simulate({ brokers: 1, latencyMs: 10 })
    const producer = make({ lingerMs: 60_000 })
    const sent = producer.send({ topic: 'orders', value: 'a' })
    await until(producer.flush())
    await until(sent)
    const read = reader(producer.metrics())
    expect(read('flush-time-ns-total')).toBeGreaterThan(20e6)
    expect(read('metadata-wait-time-ns-total')).toBeGreaterThan(20e6)
    await until(producer.close())
  })
})
