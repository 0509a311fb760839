import type { X509Certificate } from 'node:crypto'
import type { Attempted } from './explain.ts'

/** What is wrong with a broker's certificate. */
export interface CertificateFault {
  readonly code: string
  readonly what: string
}

/** What OpenSSL and Node find when they check a chain, by their codes. */
const faults: Readonly<Record<string, (at: Attempted) => CertificateFault>> = {
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: early,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  // A trusted authority of the same name, but with another key.
  CERT_SIGNATURE_FAILURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: otherName,
  HOSTNAME_MISMATCH: otherName,
  IP_ADDRESS_MISMATCH: otherName,
}

/** The other codes for what is found in a chain: they lack the prefix of those of the protocol. */
const ofChain = /^(CERT|CRL|INVALID|PATH|UNABLE|KEYUSAGE|EE|CA|UNSUPPORTED|ERROR_IN|EXCLUDED|PERMITTED|AKID|SUBJECT)_/

/** What is wrong with the certificate that a broker has shown; `undefined` for an error that speaks of none. */
export function certificateFault(error: NodeJS.ErrnoException, at: Attempted): CertificateFault | undefined {
  const code = error.code ?? ''
  const known = faults[code]
  if (known !== undefined) return known(at)
  if (!ofChain.test(code)) return undefined
  const what = `the broker's certificate cannot be accepted: ${error.message}${subjectOf(at.certificate)}`
  return { code: 'SSL_CERTIFICATE_INVALID', what }
}

function expired({ certificate, nowMs }: Attempted): CertificateFault {
  const own = certificate !== undefined && Date.parse(certificate.validTo) <= nowMs
  const when = own ? ` on ${isoOf(certificate.validTo)}` : ''
  return { code: 'SSL_CERTIFICATE_EXPIRED', what: `${whichOf(certificate, own)} has expired${when}` }
}

function early({ certificate, nowMs }: Attempted): CertificateFault {
  const own = certificate !== undefined && Date.parse(certificate.validFrom) > nowMs
  const when = own ? `before ${isoOf(certificate.validFrom)}` : 'yet'
  const what = `${whichOf(certificate, own)} is not valid ${when}; is a clock wrong?`
  return { code: 'SSL_CERTIFICATE_NOT_YET_VALID', what }
}

function selfSigned({ certificate }: Attempted): CertificateFault {
  const what = `the broker's certificate is signed by itself, and not trusted${subjectOf(certificate)}`
  return { code: 'SSL_SELF_SIGNED_CERTIFICATE', what: `${what}; give it as ca if it is the right one` }
}

function untrusted({ certificate }: Attempted): CertificateFault {
  const issuer = certificate === undefined ? '' : ` (${oneLine(certificate.issuer)})`
  const what = `the broker's certificate comes from an authority that is not trusted${issuer}`
  return { code: 'SSL_UNKNOWN_CA', what: `${what}; give the authority that issued it as ca` }
}

function otherName({ certificate, name }: Attempted): CertificateFault {
  const names = certificate?.subjectAltName ?? (certificate === undefined ? 'others' : oneLine(certificate.subject))
  const hint = 'connect by such a name, or say which to expect with servername'
  return {
    code: 'SSL_HOST_NAME_MISMATCH',
    what: `the broker's certificate is not for ${name}, but for ${names}; ${hint}`,
  }
}

function whichOf(certificate: X509Certificate | undefined, own: boolean): string {
  if (certificate === undefined) return "a certificate in the broker's chain"
  return own ? `the broker's certificate${subjectOf(certificate)}` : "a certificate above the broker's"
}

function subjectOf(certificate: X509Certificate | undefined): string {
  return certificate === undefined ? '' : ` (${oneLine(certificate.subject)})`
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ')
}

function isoOf(date: string): string {
  return new Date(date).toISOString()
}
