import {
  saslAuthenticate as api,
  type SaslAuthenticateRequest,
  type SaslAuthenticateResponse,
} from '@posthorn/protocol'
import type { ApiHandler } from './apiHandler.ts'

/**
 * SaslAuthenticate, versions 0 to 2.
 *
 * - SASL_AUTHENTICATION_FAILED says why, and the connection is closed.
 * - The answer to the last token tells how long the session lasts, from version 1 on (KIP-368).
 */
export const saslAuthenticate: ApiHandler<SaslAuthenticateRequest, SaslAuthenticateResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  handle: ({ authBytes }, { session }) => session.token(authBytes),
  fail: (_request, errorCode) => ({
    errorCode,
    errorMessage: null,
    authBytes: new Uint8Array(0),
    sessionLifetimeMs: 0n,
  }),
}
