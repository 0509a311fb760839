import { metrics } from '@opentelemetry/api'
import type { Hooks, Plugin } from '@posthorn/contracts'
import { BatchAttributesSource } from './batchAttributes.ts'
import { KafkaInstruments } from './kafkaInstruments.ts'
import type { OtelMetricsOptions } from './options.ts'
import { SentMessages } from './sentMessages.ts'
import { SCHEMA_URL, scope } from './version.ts'

/** The conventions' advice for durations of messaging operations, in seconds. */
const DURATION_BUCKETS: number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/**
 * Measures a producer with OpenTelemetry, once for each batch and never for a record: `messaging.client.operation.duration`
 * and `messaging.client.sent.messages` as the semantic conventions for messaging have them, and Kafka's producer metrics
 * as `kafka.producer.*`, read from the producer's own registry when a reader collects. Needs nothing but
 * `@opentelemetry/api`; without an SDK it does next to nothing.
 */
export function otelMetrics({ meterProvider, kafkaMetrics = true }: OtelMetricsOptions = {}): Plugin<Hooks> {
  return () => {
    const provider = meterProvider ?? metrics.getMeterProvider()
    const meter = provider.getMeter(scope.name, scope.version, { schemaUrl: SCHEMA_URL })
    const duration = meter.createHistogram('messaging.client.operation.duration', {
      description: 'Duration of messaging operation initiated by a producer or consumer client.',
      unit: 's',
      advice: { explicitBucketBoundaries: DURATION_BUCKETS },
    })
    const sent = new SentMessages(meter)
    const attributes = new BatchAttributesSource()
    const kafka = kafkaMetrics ? new KafkaInstruments(meter) : null
    return {
      name: 'otel-metrics',
      onStart: (producer) => kafka?.start(producer),
      onConnect: (event) => attributes.onConnect(event),
      onBatchSettled: (event) => {
        const { error, createdMs, settledMs, attempts, records } = event
        const { operation, messages } = attributes.of(event)
        const failure = error === null ? null : { 'error.type': error.code }
        duration.record((settledMs - createdMs) / 1000, failure === null ? operation : { ...operation, ...failure })
        // What was never handed to a connection was not sent.
        if (attempts > 0) sent.add(records, failure === null ? messages : { ...messages, ...failure })
        kafka?.look(event)
      },
      onClose: () => {
        sent.stop()
        kafka?.stop()
      },
    }
  }
}
