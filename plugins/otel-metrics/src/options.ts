import type { MeterProvider } from '@opentelemetry/api'

/** Options of `otelMetrics`. */
export interface OtelMetricsOptions {
  /** Where measurements go. Default: the global provider, as it is when the producer is made. */
  readonly meterProvider?: MeterProvider | undefined
  /** Whether Kafka's own metrics are given too, as `kafka.producer.*`. Default true. */
  readonly kafkaMetrics?: boolean | undefined
}
