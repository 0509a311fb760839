import type { Api } from '@posthorn/contracts'

import type { Reader } from './primitives/reader.ts'
import { utf8Length } from './primitives/utf8.ts'
import { Writer } from './primitives/writer.ts'

/** The facts of an API that its headers depend on. */
export type FramedApi = Pick<Api<never, unknown>, 'key' | 'flexibleFrom'>

/** Header of a request, as a broker reads it. */
export interface RequestHeader {
  /** API key. */
  readonly apiKey: number
  /** Version of the body. */
  readonly apiVersion: number
  /** Comes back in the response. */
  readonly correlationId: number
  /** Name of the client, if it gives one. */
  readonly clientId: string | null
}

/** Bytes of the length before each frame. */
export const FRAME_LENGTH_BYTES = 4

const apiVersionsKey = 18

/**
 * A whole request: length, header and `body`, which is copied. The header has version 2 when the body's version is
 * flexible, else 1. The result belongs to the caller. Throws `INVALID_ARGUMENT` when `clientId` has more than 32767
 * bytes.
 */
export function encodeRequest(
  api: FramedApi,
  version: number,
  correlationId: number,
  clientId: string | null,
  body: Uint8Array,
): Uint8Array {
  const writer = new Writer(false, requestHeaderBound(clientId) + body.length)
  writer.int32(0)
  writeRequestHeader(writer, api, version, correlationId, clientId)
  writer.raw(body)
  return sealed(writer)
}

/** The most bytes that length and header of a request can have. */
export function requestHeaderBound(clientId: string | null): number {
  return FRAME_LENGTH_BYTES + 11 + (clientId === null ? 0 : utf8Length(clientId))
}

/** Writes the header of a request; `writer` may have either form. */
export function writeRequestHeader(
  writer: Writer,
  api: FramedApi,
  version: number,
  correlationId: number,
  clientId: string | null,
): void {
  writer.int16(api.key)
  writer.int16(version)
  writer.int32(correlationId)
  // The client id keeps its classic form in header version 2 so that a broker can read it of any version.
  writer.classicNullableString(clientId)
  if (version >= api.flexibleFrom) writer.unsignedVarint(0)
}

/**
 * Reads the header of a request and leaves `reader` at the body. `flexibleFrom` tells the first flexible version of
 * an API key; undefined for an unknown API, whose header is read as version 1.
 */
export function readRequestHeader(reader: Reader, flexibleFrom: (apiKey: number) => number | undefined): RequestHeader {
  reader.flexible = false
  const header = {
    apiKey: reader.int16(),
    apiVersion: reader.int16(),
    correlationId: reader.int32(),
    clientId: reader.nullableString(),
  }
  reader.flexible = header.apiVersion >= (flexibleFrom(header.apiKey) ?? Infinity)
  reader.tags()
  return header
}

/** A whole response: length, header and `body`, which is copied. The result belongs to the caller. */
export function encodeResponse(api: FramedApi, version: number, correlationId: number, body: Uint8Array): Uint8Array {
  const writer = new Writer(false, FRAME_LENGTH_BYTES + 5 + body.length)
  writer.int32(0)
  writer.int32(correlationId)
  if (hasResponseTags(api, version)) writer.unsignedVarint(0)
  writer.raw(body)
  return sealed(writer)
}

/**
 * Reads the header of the response to a request of `version` and leaves `reader` at the body. Returns the correlation
 * id.
 */
export function readResponseHeader(reader: Reader, api: FramedApi, version: number): number {
  const correlationId = reader.int32()
  if (hasResponseTags(api, version)) {
    reader.flexible = true
    reader.tags()
  }
  return correlationId
}

/** ApiVersions is answered before the versions are agreed on, so its header never changes (KIP-511). */
function hasResponseTags(api: FramedApi, version: number): boolean {
  return version >= api.flexibleFrom && api.key !== apiVersionsKey
}

function sealed(writer: Writer): Uint8Array {
  writer.int32At(0, writer.length - FRAME_LENGTH_BYTES)
  return writer.finish()
}
