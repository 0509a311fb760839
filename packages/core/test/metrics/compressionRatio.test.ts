import { BATCH_HEADER_BYTES } from '@posthorn/protocol'
import { VirtualClock } from '@posthorn/testkit'
import { expect, test } from 'vitest'
import type { ProducerBatch } from '../../src/accumulator/batch.ts'
import { ProducerMetrics } from '../../src/metrics/producerMetrics.ts'

test.each([
  ['compressed record bytes over those before, headers excluded', 1000, 250, 0.25],
  ['above 1 when compressing made them longer', 10, 30, 3],
  ['1 for no records', 0, 0, 1],
])('CMP-08: the ratio is %s', (_what, recordBytes, compressed, ratio) => {
  const metrics = new ProducerMetrics('me', new VirtualClock(), { metricsNumSamples: 2, metricsSampleWindowMs: 30_000 })
  const partition = { topic: 'orders', partition: 0 }
  const wireBytes = BATCH_HEADER_BYTES + compressed
  const facts = { partition, recordBytes, wireBytes, recordCount: 1, createdMs: 0, largestRecord: 0 }
  metrics.onDrained([facts as unknown as ProducerBatch], 0)
  const rates = metrics.all().filter(({ name }) => name.startsWith('compression-rate'))
  expect(rates.map(({ name, value }) => [name, value()])).toEqual([
    ['compression-rate-avg', ratio],
    ['compression-rate', ratio],
  ])
})
