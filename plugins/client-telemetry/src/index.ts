/**
 * Client telemetry (KIP-714) for Posthorn: the producer's metrics, for the cluster that asks for them.
 *
 * @packageDocumentation
 */
export type { ClientTelemetry } from './clientTelemetry.ts'
export { clientTelemetry } from './clientTelemetry.ts'
export type { ClientTelemetryOptions } from './options.ts'
