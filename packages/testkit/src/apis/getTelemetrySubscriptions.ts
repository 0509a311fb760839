import {
  ErrorCode,
  getTelemetrySubscriptions as api,
  type GetTelemetrySubscriptionsRequest,
  type GetTelemetrySubscriptionsResponse,
  ZERO_UUID,
} from '@posthorn/protocol'
import type { ApiHandler } from './apiHandler.ts'

/**
 * GetTelemetrySubscriptions, version 0; served with the option `telemetry` alone, as Kafka does with a telemetry reporter.
 *
 * - A client without an id gets one. One that comes again before the interval is over gets THROTTLING_QUOTA_EXCEEDED,
 *   unless its last push was of another subscription or in a codec that is not accepted.
 */
export const getTelemetrySubscriptions: ApiHandler<
  GetTelemetrySubscriptionsRequest,
  GetTelemetrySubscriptionsResponse
> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  handle(request, { cluster }) {
    const { telemetry } = cluster
    if (telemetry === null) return failed(ErrorCode.UNSUPPORTED_VERSION)
    const { errorCode, clientInstanceId } = telemetry.ask(request.clientInstanceId)
    if (errorCode !== ErrorCode.NONE) return failed(errorCode)
    const { id, metrics, pushIntervalMs, deltaTemporality, acceptedCompressionTypes, maxBytes } = telemetry.subscription
    return {
      throttleTimeMs: 0,
      errorCode,
      clientInstanceId,
      subscriptionId: id,
      acceptedCompressionTypes,
      pushIntervalMs,
      telemetryMaxBytes: maxBytes,
      deltaTemporality,
      requestedMetrics: metrics,
    }
  },
  fail: (_request, errorCode) => failed(errorCode),
}

function failed(errorCode: number): GetTelemetrySubscriptionsResponse {
  return {
    throttleTimeMs: 0,
    errorCode,
    clientInstanceId: ZERO_UUID,
    subscriptionId: 0,
    acceptedCompressionTypes: [],
    pushIntervalMs: 0,
    telemetryMaxBytes: 0,
    deltaTemporality: false,
    requestedMetrics: [],
  }
}
