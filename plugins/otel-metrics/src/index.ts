/**
 * OpenTelemetry metrics for Posthorn: those of the messaging conventions, and Kafka's own producer metrics.
 *
 * @packageDocumentation
 */
export type { OtelMetricsOptions } from './options.ts'
export { otelMetrics } from './otelMetrics.ts'
