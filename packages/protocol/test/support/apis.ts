import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  apiVersions,
  endTxn,
  fetch,
  findCoordinator,
  getTelemetrySubscriptions,
  initProducerId,
  listOffsets,
  metadata,
  produce,
  pushTelemetry,
  saslAuthenticate,
  saslHandshake,
  type ServerApi,
  txnOffsetCommit,
} from '../../src/index.ts'

/** Every API of the package. Bodies are passed through, so their type does not matter to what loops over all. */
export const apis = [
  apiVersions,
  metadata,
  produce,
  initProducerId,
  fetch,
  listOffsets,
  findCoordinator,
  addPartitionsToTxn,
  addOffsetsToTxn,
  txnOffsetCommit,
  endTxn,
  saslHandshake,
  saslAuthenticate,
  getTelemetrySubscriptions,
  pushTelemetry,
] as unknown as readonly ServerApi<unknown, unknown>[]

/** The two directions of an API as one pair of functions each. */
export function direction(api: ServerApi<unknown, unknown>, kind: string): Direction {
  return kind === 'request'
    ? {
        encode: (body, version) => api.encodeRequest(body, version),
        decode: (bytes, version) => api.decodeRequest(bytes, version),
      }
    : {
        encode: (body, version) => api.encodeResponse(body, version),
        decode: (bytes, version) => api.decodeResponse(bytes, version),
      }
}

/** Encoder and decoder of a request or a response. */
export interface Direction {
  encode(body: unknown, version: number): Uint8Array
  decode(bytes: Uint8Array, version: number): unknown
}
