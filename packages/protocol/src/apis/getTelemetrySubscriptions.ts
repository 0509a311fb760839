import { defineApi, type ServerApi } from '../serverApi.ts'

/** Asks which metrics the cluster wants of a client (KIP-714). */
export interface GetTelemetrySubscriptionsRequest {
  /** What the cluster has named this client instance; `ZERO_UUID` in its first request. */
  readonly clientInstanceId: string
}

/** Which metrics the cluster wants, and how. */
export interface GetTelemetrySubscriptionsResponse {
  /** Time that the client is asked to wait, in ms. */
  readonly throttleTimeMs: number
  /** Kafka's error number. */
  readonly errorCode: number
  /** The id that the client instance was given; `ZERO_UUID` when it came with one. */
  readonly clientInstanceId: string
  /** Which subscription this is: it has to come with every push. */
  readonly subscriptionId: number
  /** Kafka's ids of the codecs that the broker reads, the one that it likes most first. */
  readonly acceptedCompressionTypes: readonly number[]
  /** Time between pushes, in ms. */
  readonly pushIntervalMs: number
  /** Most bytes of metrics in a push, compressed. */
  readonly telemetryMaxBytes: number
  /** Whether totals are to be told since the last push, and not since the beginning. */
  readonly deltaTemporality: boolean
  /** Beginnings of the names of the metrics that are wanted; none for no metrics, an empty one for all. */
  readonly requestedMetrics: readonly string[]
}

/** GetTelemetrySubscriptions. */
export const getTelemetrySubscriptions: ServerApi<GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse> =
  defineApi({
    name: 'GetTelemetrySubscriptions',
    key: 71,
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    writeRequest(writer, body) {
      writer.uuid(body.clientInstanceId)
      writer.tags()
    },
    readRequest(reader) {
      const body = { clientInstanceId: reader.uuid() }
      reader.tags()
      return body
    },
    writeResponse(writer, body) {
      writer.int32(body.throttleTimeMs)
      writer.int16(body.errorCode)
      writer.uuid(body.clientInstanceId)
      writer.int32(body.subscriptionId)
      writer.array(body.acceptedCompressionTypes, (type) => writer.int8(type))
      writer.int32(body.pushIntervalMs)
      writer.int32(body.telemetryMaxBytes)
      writer.boolean(body.deltaTemporality)
      writer.array(body.requestedMetrics, (prefix) => writer.string(prefix))
      writer.tags()
    },
    readResponse(reader) {
      const body = {
        throttleTimeMs: reader.int32(),
        errorCode: reader.int16(),
        clientInstanceId: reader.uuid(),
        subscriptionId: reader.int32(),
        acceptedCompressionTypes: reader.array(1, () => reader.int8()),
        pushIntervalMs: reader.int32(),
        telemetryMaxBytes: reader.int32(),
        deltaTemporality: reader.boolean(),
        requestedMetrics: reader.array(1, () => reader.string()),
      }
      reader.tags()
      return body
    },
  })
