/**
 * OpenTelemetry tracing for Posthorn: spans of messages and batches, and their context in the records.
 *
 * @packageDocumentation
 */
export type { OtelTracingOptions } from './options.ts'
export type { OtelTracing } from './otelTracing.ts'
export { otelTracing } from './otelTracing.ts'
