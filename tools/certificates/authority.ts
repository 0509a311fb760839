import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { isIP } from 'node:net'
import forge from 'node-forge'

/** When a certificate shall be valid. */
export interface Validity {
  /** Default: an hour ago. */
  readonly validFrom?: Date
  /** Default: in a day. */
  readonly validTo?: Date
}

/** What a certificate shall say. */
export interface CertificateOptions extends Validity {
  /** Names and addresses that it is for. Default: none but the common name. */
  readonly names?: readonly string[]
  /** Common name of the subject. Default `posthorn-test`. */
  readonly commonName?: string
}

/** A certificate with its key, as PEM. */
export interface Issued {
  readonly cert: string
  /** PKCS#8, not encrypted. */
  readonly key: string
}

const hourMs = 3_600_000

/** Makes throw-away certificates for tests, without any program. RSA of 2048 bits, SHA-256. */
export class Authority implements Issued {
  readonly cert: string
  readonly key: string
  readonly #signer: forge.pki.rsa.PrivateKey
  readonly #subject: forge.pki.CertificateField[]

  /** An authority of its own, or one below another. */
  constructor(name = 'Posthorn test authority', parent?: Authority, validity: Validity = {}) {
    this.#subject = subjectOf(name)
    const pair = newPair()
    this.key = pair.key
    this.#signer = pair.private
    const extensions = [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ]
    const issuer = parent ?? { signer: this.#signer, subject: this.#subject }
    const draft = { subject: this.#subject, publicKey: pair.public, extensions, validity: validityOf(validity) }
    this.cert = issuer instanceof Authority ? issuer.#sign(draft) : sign(draft, issuer.signer, issuer.subject)
  }

  /** A certificate for a server or a client, with a new key. */
  issue(options: CertificateOptions = {}): Issued {
    const { names = [], commonName = 'posthorn-test' } = options
    const pair = newPair()
    const extensions = leafExtensions(names)
    const draft = { subject: subjectOf(commonName), publicKey: pair.public, extensions, validity: validityOf(options) }
    return { cert: this.#sign(draft), key: pair.key }
  }

  #sign(draft: Draft): string {
    return sign(draft, this.#signer, this.#subject)
  }
}

/** A certificate that nobody has signed but its own key. */
export function selfSigned(options: CertificateOptions = {}): Issued {
  const pair = newPair()
  const subject = subjectOf(options.commonName ?? 'posthorn-test')
  const extensions = leafExtensions(options.names ?? [])
  const draft = { subject, publicKey: pair.public, extensions, validity: validityOf(options) }
  return { cert: sign(draft, pair.private, subject), key: pair.key }
}

/** A PKCS#12 store with a certificate, its key, and further certificates. */
export function pkcs12({ cert, key }: Issued, passphrase: string, more: readonly string[] = []): Buffer {
  const certificates = [cert, ...more].map((pem) => forge.pki.certificateFromPem(pem))
  // Forge reads PKCS#1, Node writes whichever is asked for.
  const rsa = createPrivateKey(key).export({ type: 'pkcs1', format: 'pem' }) as string
  const store = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(rsa), certificates, passphrase, {
    algorithm: 'aes256',
  })
  return Buffer.from(forge.asn1.toDer(store).getBytes(), 'latin1')
}

/** The key, encrypted (PKCS#8). */
export function encryptedKey({ key }: Issued, passphrase: string): string {
  const format = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const
  return createPrivateKey(key).export(format) as string
}

interface Draft {
  readonly subject: forge.pki.CertificateField[]
  readonly publicKey: forge.pki.rsa.PublicKey
  readonly extensions: object[]
  readonly validity: { readonly from: Date; readonly to: Date }
}

function sign(draft: Draft, signer: forge.pki.rsa.PrivateKey, issuer: forge.pki.CertificateField[]): string {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = draft.publicKey
  // A leading zero would make it negative, and two alike would be taken for one certificate.
  certificate.serialNumber = `1${forge.util.bytesToHex(forge.random.getBytesSync(15))}`
  certificate.validity.notBefore = draft.validity.from
  certificate.validity.notAfter = draft.validity.to
  certificate.setSubject(draft.subject)
  certificate.setIssuer(issuer)
  certificate.setExtensions(draft.extensions)
  certificate.sign(signer, forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n')
}

function leafExtensions(names: readonly string[]): object[] {
  const altNames = names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name }))
  return [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
  ]
}

function newPair(): { key: string; private: forge.pki.rsa.PrivateKey; public: forge.pki.rsa.PublicKey } {
  // Forge would take seconds for what Node does in a few hundredths of one.
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    private: forge.pki.privateKeyFromPem(pair.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string),
    public: forge.pki.publicKeyFromPem(pair.publicKey.export({ type: 'spki', format: 'pem' }) as string),
  }
}

function subjectOf(commonName: string): forge.pki.CertificateField[] {
  return [{ name: 'commonName', value: commonName }]
}

function validityOf({ validFrom, validTo }: Validity): { from: Date; to: Date } {
  const now = Date.now()
  return { from: validFrom ?? new Date(now - hourMs), to: validTo ?? new Date(now + 24 * hourMs) }
}
