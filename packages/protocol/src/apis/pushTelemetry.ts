import { defineApi, type ServerApi } from '../serverApi.ts'

/** Metrics of a client for the cluster (KIP-714). */
export interface PushTelemetryRequest {
  /** What the cluster has named this client instance. */
  readonly clientInstanceId: string
  /** The subscription that the metrics are of. */
  readonly subscriptionId: number
  /** Whether the client is about to close: the one push that need not wait for its time. */
  readonly terminating: boolean
  /** Kafka's id of the codec that `metrics` are compressed with; 0 for none. */
  readonly compressionType: number
  /** `MetricsData` of OpenTelemetry's protocol, in protobuf. */
  readonly metrics: Uint8Array
}

/** The answer to a push. */
export interface PushTelemetryResponse {
  /** Time that the client is asked to wait, in ms. */
  readonly throttleTimeMs: number
  /** Kafka's error number. */
  readonly errorCode: number
}

/** PushTelemetry. */
export const pushTelemetry: ServerApi<PushTelemetryRequest, PushTelemetryResponse> = defineApi({
  name: 'PushTelemetry',
  key: 72,
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  writeRequest(writer, body) {
    writer.uuid(body.clientInstanceId)
    writer.int32(body.subscriptionId)
    writer.boolean(body.terminating)
    writer.int8(body.compressionType)
    writer.sizedBytes(body.metrics)
    writer.tags()
  },
  readRequest(reader) {
    const body = {
      clientInstanceId: reader.uuid(),
      subscriptionId: reader.int32(),
      terminating: reader.boolean(),
      compressionType: reader.int8(),
      metrics: reader.sizedBytes(),
    }
    reader.tags()
    return body
  },
  writeResponse(writer, body) {
    writer.int32(body.throttleTimeMs)
    writer.int16(body.errorCode)
    writer.tags()
  },
  readResponse(reader) {
    const body = { throttleTimeMs: reader.int32(), errorCode: reader.int16() }
    reader.tags()
    return body
  },
})
