import type { X509Certificate } from 'node:crypto'
import type { KafkaError } from '@posthorn/contracts'
import { AuthenticationError, ConnectionError } from '@posthorn/contracts'
import { alertOf, type Alert } from './alerts.ts'
import { certificateFault } from './certificateFault.ts'

/** What is known of a handshake, for those who read of its failure. */
export interface Attempted {
  /** `host:port`. */
  readonly broker: string
  /** The name that the broker's certificate has to be for. */
  readonly name: string
  /** Whether we have a certificate to show. */
  readonly hasIdentity: boolean
  /** What the broker has shown, if it came to that. */
  readonly certificate: X509Certificate | undefined
  /** Ms since 1970. */
  readonly nowMs: number
}

/** Codes of OpenSSL for bytes that are no TLS, or none that it can make out. */
const notTls =
  /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|HTTPS_PROXY_REQUEST|RECORD_LAYER_FAILURE)$/

/** No version or cipher that both sides know, as found out by our side. */
const noneInCommon =
  /^ERR_SSL_(UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|VERSION_TOO_LOW|WRONG_SSL_VERSION|NO_SHARED_CIPHER|WRONG_CIPHER_RETURNED|TLSV13_DOWNGRADE|INAPPROPRIATE_FALLBACK)$/

/** What an error means that has ended a handshake. */
export function explainHandshake(error: NodeJS.ErrnoException, at: Attempted): KafkaError {
  const { code } = error
  const alert = alertOf(code)
  if (alert !== undefined) return refused(alert, error, at)
  const fault = certificateFault(error, at)
  if (fault !== undefined) return failed(fault.code, fault.what, error, at)
  if (code !== undefined && notTls.test(code)) {
    const what = 'what answers there does not speak TLS; is it a listener of PLAINTEXT or SASL_PLAINTEXT?'
    return failed('SSL_NOT_SPOKEN', what, error, at)
  }
  if (code !== undefined && noneInCommon.test(code)) {
    const what = 'the broker speaks no version of TLS, or no cipher, that we do'
    return failed('SSL_NO_COMMON_VERSION', what, error, at)
  }
  if (code?.startsWith('ERR_SSL_') === true) {
    return interrupted('SSL_HANDSHAKE_FAILED', `the broker's side of the TLS handshake is damaged (${code})`, error, at)
  }
  const closed = 'the connection was closed during the TLS handshake'
  const hint = 'if that goes on, the port is one of PLAINTEXT or SASL_PLAINTEXT, or something on the way refuses TLS'
  return interrupted('SSL_HANDSHAKE_INTERRUPTED', `${closed}; ${hint}`, error, at)
}

/**
 * What an error means that has ended a connection before anything came from the broker. In TLS 1.3 the client has shaken
 * hands before the broker has looked at its certificate.
 */
export function explainSilentEnd(error: NodeJS.ErrnoException, at: Attempted): Error {
  const alert = alertOf(error.code)
  return alert === undefined ? error : refused(alert, error, at)
}

function refused({ name, refusal, why }: Alert, error: Error, at: Attempted): AuthenticationError {
  const alert = `(alert ${name})`
  if (refusal === 'version') {
    const what = `the broker speaks no version of TLS, or no cipher, that we do ${alert}`
    return failed('SSL_NO_COMMON_VERSION', what, error, at)
  }
  if (refusal === 'certificate' && at.hasIdentity) {
    const what = `the broker refuses our certificate: ${why} ${alert}`
    return failed('SSL_CLIENT_CERTIFICATE_REFUSED', what, error, at)
  }
  if (refusal === 'certificate') {
    const what = `the broker demands a certificate of us, and none is set ${alert}`
    return failed('SSL_CLIENT_CERTIFICATE_REQUIRED', what, error, at)
  }
  if (refusal === 'name') {
    return failed('SSL_AUTHENTICATION_FAILED', `the broker does not know the name ${at.name} ${alert}`, error, at)
  }
  const own = at.hasIdentity ? 'it may not accept our certificate' : 'it may demand a certificate of us'
  const what = `the broker refuses the TLS handshake ${alert}: no version or cipher in common, or ${own}`
  return failed('SSL_AUTHENTICATION_FAILED', what, error, at)
}

function failed(code: string, what: string, cause: Error, { broker }: Attempted): AuthenticationError {
  return new AuthenticationError(code, `could not connect to ${broker}: ${what}`, { broker, cause })
}

function interrupted(code: string, what: string, cause: Error, { broker }: Attempted): ConnectionError {
  return new ConnectionError(code, `could not connect to ${broker}: ${what}`, { broker, cause, retriable: true })
}
