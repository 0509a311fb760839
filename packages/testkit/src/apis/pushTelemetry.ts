import {
  ErrorCode,
  pushTelemetry as api,
  type PushTelemetryRequest,
  type PushTelemetryResponse,
} from '@posthorn/protocol'
import type { ApiHandler } from './apiHandler.ts'

/**
 * PushTelemetry, version 0; served with the option `telemetry` alone.
 *
 * - Before the interval since the last push is over: THROTTLING_QUOTA_EXCEEDED, unless the client is terminating or has
 *   asked for its subscription meanwhile. After a terminating push, or from a client
 *   that is not known: INVALID_REQUEST.
 * - Of another subscription: UNKNOWN_SUBSCRIPTION_ID. In a codec that is not accepted: UNSUPPORTED_COMPRESSION_TYPE. Too
 *   many bytes: TELEMETRY_TOO_LARGE.
 */
export const pushTelemetry: ApiHandler<PushTelemetryRequest, PushTelemetryResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  handle({ subscriptionId, ...push }, { cluster, broker }) {
    const { telemetry, settings } = cluster
    if (telemetry === null) return { throttleTimeMs: 0, errorCode: ErrorCode.UNSUPPORTED_VERSION }
    const metrics = push.metrics.slice()
    const got = { ...push, metrics, broker: broker.id, atMs: settings.clock.now() }
    return { throttleTimeMs: 0, errorCode: telemetry.push(subscriptionId, got) }
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode }),
}
