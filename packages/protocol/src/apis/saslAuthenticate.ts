import { defineApi, type ServerApi } from '../serverApi.ts'

/** One token of the client's (KIP-152). */
export interface SaslAuthenticateRequest {
  /** What the mechanism says; a view of the request when it was decoded. */
  readonly authBytes: Uint8Array
}

/** The broker's answer to a token. */
export interface SaslAuthenticateResponse {
  /** Kafka's error number: `SASL_AUTHENTICATION_FAILED` when the broker refuses. */
  readonly errorCode: number
  /** What the broker says about it. */
  readonly errorMessage: string | null
  /** The mechanism's next token; a view of the response when it was decoded. */
  readonly authBytes: Uint8Array
  /** How long the session lasts from the last token on, in ms; 0 for ever (KIP-368). Version 1 up; 0n below. */
  readonly sessionLifetimeMs: bigint
}

/** SaslAuthenticate (KIP-152): the tokens of a mechanism, after {@link saslHandshake} version 1. */
export const saslAuthenticate: ServerApi<SaslAuthenticateRequest, SaslAuthenticateResponse> = defineApi({
  name: 'SaslAuthenticate',
  key: 36,
  minVersion: 0,
  maxVersion: 2,
  flexibleFrom: 2,
  writeRequest(writer, body) {
    writer.sizedBytes(body.authBytes)
    writer.tags()
  },
  readRequest(reader) {
    const body = { authBytes: reader.sizedBytes() }
    reader.tags()
    return body
  },
  writeResponse(writer, body, version) {
    writer.int16(body.errorCode)
    writer.nullableString(body.errorMessage)
    writer.sizedBytes(body.authBytes)
    if (version >= 1) writer.int64(body.sessionLifetimeMs)
    writer.tags()
  },
  readResponse(reader, version) {
    const body = {
      errorCode: reader.int16(),
      errorMessage: reader.nullableString(),
      authBytes: reader.sizedBytes(),
      sessionLifetimeMs: version >= 1 ? reader.int64() : 0n,
    }
    reader.tags()
    return body
  },
})
