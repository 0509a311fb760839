import { defineApi, type ServerApi } from '../serverApi.ts'

/** Names the SASL mechanism that the client means to use (KIP-43). */
export interface SaslHandshakeRequest {
  /** For example `SCRAM-SHA-512`. */
  readonly mechanism: string
}

/** Whether the broker takes the mechanism. */
export interface SaslHandshakeResponse {
  /** Kafka's error number: `UNSUPPORTED_SASL_MECHANISM`, or `ILLEGAL_SASL_STATE` where no SASL is expected. */
  readonly errorCode: number
  /** What the broker offers. */
  readonly mechanisms: readonly string[]
}

/**
 * SaslHandshake (KIP-43). After version 0 tokens follow without headers, as bytes behind their length; after version 1 in
 * {@link saslAuthenticate} (KIP-152). Version 1 is the last for good: what brokers say of higher ones is not to be believed
 * (KAFKA-9577).
 */
export const saslHandshake: ServerApi<SaslHandshakeRequest, SaslHandshakeResponse> = defineApi({
  name: 'SaslHandshake',
  key: 17,
  minVersion: 0,
  maxVersion: 1,
  flexibleFrom: Infinity,
  writeRequest: (writer, body) => writer.string(body.mechanism),
  readRequest: (reader) => ({ mechanism: reader.string() }),
  writeResponse(writer, body) {
    writer.int16(body.errorCode)
    writer.array(body.mechanisms, (mechanism) => writer.string(mechanism))
  },
  readResponse: (reader) => ({
    errorCode: reader.int16(),
    mechanisms: reader.array(2, () => reader.string()),
  }),
})
