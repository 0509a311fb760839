import type { Api } from '@posthorn/contracts'
import { UnsupportedVersionError } from '@posthorn/contracts'

import { Reader } from './primitives/reader.ts'
import { Writer } from './primitives/writer.ts'

/** An {@link Api} that also plays the broker: what the in-process cluster and round-trip tests need. */
export interface ServerApi<Request, Response> extends Api<Request, Response> {
  /** Reads the body of a request; throws a `MALFORMED_REQUEST` error when it is damaged. */
  decodeRequest(body: Uint8Array, version: number): Request
  /** The body of a response. The result belongs to the caller. */
  encodeResponse(body: Response, version: number): Uint8Array
}

/** One API as four functions on primitives; see {@link defineApi}. */
export interface ApiDefinition<Request, Response> {
  /** Kafka's name, for example `InitProducerId`. */
  readonly name: string
  /** Kafka's API key. */
  readonly key: number
  /** Lowest version that can be spoken. */
  readonly minVersion: number
  /** Highest version that can be spoken. */
  readonly maxVersion: number
  /** First version with compact lengths and tagged fields (KIP-482). */
  readonly flexibleFrom: number
  /** Writes the body of a request. */
  writeRequest(writer: Writer, body: Request, version: number): void
  /** Reads the body of a request. */
  readRequest(reader: Reader, version: number): Request
  /** Writes the body of a response. */
  writeResponse(writer: Writer, body: Response, version: number): void
  /** Reads the body of a response. */
  readResponse(reader: Reader, version: number): Response
}

/**
 * Makes an API of its four functions. What it returns refuses a version outside the range with
 * `UNSUPPORTED_VERSION` and bytes that are left over after a body as damaged.
 */
export function defineApi<Request, Response>(api: ApiDefinition<Request, Response>): ServerApi<Request, Response> {
  const { name, key, minVersion, maxVersion, flexibleFrom } = api

  function writerFor(version: number): Writer {
    checkVersion(api, version)
    return new Writer(version >= flexibleFrom)
  }

  function readerFor(bytes: Uint8Array, version: number, what: 'request' | 'response', code: string): Reader {
    checkVersion(api, version)
    return new Reader(bytes, `${name} v${version} ${what}`, version >= flexibleFrom, code)
  }

  return {
    name,
    key,
    minVersion,
    maxVersion,
    flexibleFrom,
    encodeRequest(body, version) {
      const writer = writerFor(version)
      api.writeRequest(writer, body, version)
      return writer.finish()
    },
    decodeRequest(bytes, version) {
      const reader = readerFor(bytes, version, 'request', 'MALFORMED_REQUEST')
      const body = api.readRequest(reader, version)
      reader.finish()
      return body
    },
    encodeResponse(body, version) {
      const writer = writerFor(version)
      api.writeResponse(writer, body, version)
      return writer.finish()
    },
    decodeResponse(bytes, version) {
      const reader = readerFor(bytes, version, 'response', 'MALFORMED_RESPONSE')
      const body = api.readResponse(reader, version)
      reader.finish()
      return body
    },
  }
}

/** Throws `UNSUPPORTED_VERSION` for a version that is not in the range of `api`. */
export function checkVersion(
  api: Pick<Api<never, unknown>, 'name' | 'minVersion' | 'maxVersion'>,
  version: number,
): void {
  const { name, minVersion, maxVersion } = api
  if (Number.isInteger(version) && version >= minVersion && version <= maxVersion) return
  throw new UnsupportedVersionError(`${name} is spoken in versions ${minVersion} to ${maxVersion}, not ${version}`)
}
