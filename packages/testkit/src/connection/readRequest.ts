import { encodeResponse, Reader, readRequestHeader, type RequestHeader } from '@posthorn/protocol'
import { apiVersions, unsupported } from '../apis/apiVersions.ts'
import type { ServedApi } from '../apis/servedApis.ts'
import type { BrokerConnection } from './brokerConnection.ts'

/** A request that can be run. */
export interface ReadRequest {
  readonly header: RequestHeader
  readonly api: ServedApi
  readonly body: unknown
}

/** The request in a frame; `answered` when it has its answer already, for a version of ApiVersions that is not served. */
export function readRequest(frame: Uint8Array, connection: BrokerConnection): ReadRequest | 'answered' | 'unreadable' {
  const { apis } = connection.cluster
  try {
    const reader = new Reader(frame, 'request', false, 'MALFORMED_REQUEST')
    const header = readRequestHeader(reader, (key) => apis.find(key)?.handler.api.flexibleFrom)
    const api = apis.find(header.apiKey)
    if (api === undefined) return 'unreadable'
    const { minVersion, maxVersion, handler } = api
    if (header.apiVersion >= minVersion && header.apiVersion <= maxVersion) {
      const body = handler.api.decodeRequest(reader.raw(reader.remaining), header.apiVersion)
      return { header, api, body }
    }
    if (header.apiKey !== apiVersions.api.key) return 'unreadable'
    answerUnsupported(header, connection)
    return 'answered'
  } catch {
    return 'unreadable'
  }
}

/** An answer that every client can read: the header of ApiVersions never changes, and the body has version 0. */
function answerUnsupported(header: RequestHeader, connection: BrokerConnection): void {
  const { api } = apiVersions
  const body = api.encodeResponse(unsupported(connection), 0)
  connection.send(encodeResponse(api, 0, header.correlationId, body))
}
