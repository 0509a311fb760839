import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { createSecureContext, type SecureContext, type SecureVersion } from 'node:tls'
import { CredentialError, type PlainCredentials } from './credentials.ts'

/** What a handshake offers, beside credentials. */
export interface Offer {
  readonly minVersion: SecureVersion
  readonly maxVersion: SecureVersion
  readonly ciphers: string | undefined
}

/** Credentials that were found good, ready for handshakes. */
export interface Secured {
  readonly credentials: PlainCredentials
  readonly context: SecureContext
  /** Whether there is a certificate of our own to show. */
  readonly hasIdentity: boolean
}

/** Reads credentials. Throws a {@link CredentialError} that says which of them cannot be used, and why. */
export function secured(credentials: PlainCredentials, offer: Offer): Secured {
  const { ca, cert, key, pfx, passphrase } = credentials
  if (ca !== undefined) certificatesIn('ca', ca)
  if (cert !== undefined && key !== undefined) checkPair(certificatesIn('cert', cert)[0]!, privateKey(key, passphrase))
  const { ciphers, ...versions } = offer
  const base = { ...versions, ...(ca !== undefined && { ca }), ...(ciphers !== undefined && { ciphers }) }
  const opened = passphrase === undefined ? {} : { passphrase }
  const context =
    pfx === undefined
      ? createSecureContext({ ...base, ...(cert !== undefined && { cert, key, ...opened }) })
      : fromStore(() => createSecureContext({ ...base, pfx, ...opened }), passphrase)
  return { credentials, context, hasIdentity: cert !== undefined || pfx !== undefined }
}

function certificatesIn(name: string, pem: string): X509Certificate[] {
  const blocks = pem.match(
    /-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----[^]*?-----END (X509 |TRUSTED )?CERTIFICATE-----/g,
  )
  // Node would read on without a word, and trust nobody, or show nothing.
  if (blocks === null) throw new CredentialError(`${name} has no whole certificate in it`)
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch {
      throw new CredentialError(`${name} cannot be read: certificate ${index + 1} of ${blocks.length} is damaged`)
    }
  })
}

function privateKey(key: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key, format: 'pem', ...(passphrase !== undefined && { passphrase }) })
  } catch (error) {
    // What OpenSSL says is of no help, and nobody promises what is in it.
    throw new CredentialError(`key cannot be read: ${keyTrouble(key, codeOf(error), passphrase)}`)
  }
}

function keyTrouble(key: string, code: string, passphrase: string | undefined): string {
  if (passphrase === undefined && /ENCRYPTED/.test(key)) return 'it is encrypted, and no passphrase was given'
  // A wrong passphrase may also decrypt to what is no key.
  if (passphrase !== undefined && code !== 'ERR_OSSL_UNSUPPORTED') return 'the passphrase is wrong'
  if (passphrase !== undefined) return 'the passphrase is wrong, or it is not a private key in PEM'
  return 'it is not a private key in PEM'
}

function checkPair(leaf: X509Certificate, key: KeyObject): void {
  if (leaf.checkPrivateKey(key)) return
  throw new CredentialError('key does not belong to the first certificate in cert')
}

function fromStore(open: () => SecureContext, passphrase: string | undefined): SecureContext {
  try {
    return open()
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    if (/mac verify failure|bad decrypt/i.test(reason)) {
      const given = passphrase === undefined ? 'no passphrase was given, and it needs one' : 'the passphrase is wrong'
      throw new CredentialError(`pfx cannot be opened: ${given}`)
    }
    if (/unsupported/i.test(reason)) {
      const old = 'it is encrypted in an old way that OpenSSL 3 no longer reads; write it anew with AES'
      throw new CredentialError(`pfx cannot be opened: ${old}`)
    }
    throw new CredentialError('pfx cannot be read: it is not a PKCS#12 store with a certificate and its key')
  }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code)
}
