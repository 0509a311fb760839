import { hooksConformance } from '@posthorn/testkit/conformance'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { describe, test } from 'vitest'
import { otelMetrics } from '../src/index.ts'

class Reader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve()
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve()
  }
}

describe.each([
  ['with Kafka’s metrics', true],
  ['without them', false],
])('otelMetrics keeps the contract of Hooks, %s', (_, kafkaMetrics) => {
  const reader = new Reader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const told = async (): Promise<string> => {
    const { resourceMetrics } = await reader.collect()
    return JSON.stringify(
      resourceMetrics.scopeMetrics.map(({ metrics }) => metrics.map(({ dataPoints }) => dataPoints)),
    )
  }
  const cases = hooksConformance({ create: () => otelMetrics({ meterProvider, kafkaMetrics }), told })
  for (const { name, run } of cases) test(name, run)
})
