/** Why a broker has refused, by the name of its alert (RFC 8446, section 6.2). */
export type Refusal = 'certificate' | 'version' | 'name' | 'other'

/** Alerts that speak of our certificate, or of the lack of one. */
const ofCertificates: Readonly<Record<string, string>> = {
  BAD_CERTIFICATE: 'it cannot read it or check it',
  UNSUPPORTED_CERTIFICATE: 'it does not take its kind',
  CERTIFICATE_REVOKED: 'it was revoked',
  CERTIFICATE_EXPIRED: 'it has expired, or is not valid yet',
  CERTIFICATE_UNKNOWN: 'it does not accept it, most often because it does not trust its authority',
  UNKNOWN_CA: 'it does not trust its authority',
  CERTIFICATE_REQUIRED: 'it demands one',
  ACCESS_DENIED: 'its owner has no access',
  DECRYPT_ERROR: 'it could not check its signature',
}

/** Alerts that speak of something else, which has a text of its own. */
const ofOthers: Readonly<Record<string, Refusal>> = {
  PROTOCOL_VERSION: 'version',
  INSUFFICIENT_SECURITY: 'version',
  UNRECOGNIZED_NAME: 'name',
}

/** An alert of a broker. */
export interface Alert {
  /** Its name, as in `UNKNOWN_CA`. */
  readonly name: string
  readonly refusal: Refusal
  /** What the broker says of our certificate. */
  readonly why: string | undefined
}

/**
 * The alert that an error of Node's tells of; `undefined` for any other error. OpenSSL has named alerts after the versions
 * of SSL that they came with, and then anew, so only the end of the code counts.
 */
export function alertOf(code: string | undefined): Alert | undefined {
  const name = /^ERR_SSL_(?:.*ALERT_|TLSV1_(?=UNRECOGNIZED_NAME$))(.+)$/.exec(code ?? '')?.[1]
  if (name === undefined) return undefined
  const why = ofCertificates[name]
  return { name, refusal: why === undefined ? (ofOthers[name] ?? 'other') : 'certificate', why }
}
