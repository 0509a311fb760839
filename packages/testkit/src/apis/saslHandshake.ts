import { saslHandshake as api, type SaslHandshakeRequest, type SaslHandshakeResponse } from '@posthorn/protocol'
import type { ApiHandler } from './apiHandler.ts'

/**
 * SaslHandshake, versions 0 and 1.
 *
 * - UNSUPPORTED_SASL_MECHANISM names what there is, and the connection is closed.
 * - ILLEGAL_SASL_STATE where no SASL is asked for, or a session does not end and need not be renewed.
 * - After version 0 come tokens without headers; a refusal then closes the connection without a word.
 */
export const saslHandshake: ApiHandler<SaslHandshakeRequest, SaslHandshakeResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  handle: ({ mechanism }, { session, version }) => session.handshake(mechanism, version),
  fail: (_request, errorCode) => ({ errorCode, mechanisms: [] }),
}
