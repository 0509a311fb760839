/** One or more PEM blocks, as text or as its bytes. */
export type Pem = string | Uint8Array

/** Whom to trust. */
export interface Trust {
  /**
   * Certificates of the authorities that brokers' certificates have to come from, instead of those that Node brings.
   * Several may stand in one text, or in an array. Default: Node's own (`tls.getCACertificates()`).
   */
  readonly ca?: Pem | readonly Pem[] | undefined
}

/** No certificate of one's own. */
export interface NoIdentity {
  /** None. */
  readonly cert?: undefined
  /** None. */
  readonly key?: undefined
  /** None. */
  readonly pfx?: undefined
  /** None: there is nothing to open. */
  readonly passphrase?: undefined
}

/** A certificate of one's own, as PEM. */
export interface PemIdentity {
  /** The certificate, then those between it and an authority, in one text or in an array. */
  readonly cert: Pem | readonly Pem[]
  /** Its private key; PKCS#8, PKCS#1 or SEC1, encrypted or not. */
  readonly key: Pem
  /** Decrypts the key. Only for one that is encrypted. */
  readonly passphrase?: string | undefined
  /** Not together with `cert` and `key`. */
  readonly pfx?: undefined
}

/** A certificate of one's own, in a PKCS#12 store. */
export interface Pkcs12Identity {
  /** The store, with one key. Further certificates in it are sent along, and are trusted too: that is how Node reads it. */
  readonly pfx: Uint8Array
  /** Opens the store. */
  readonly passphrase?: string | undefined
  /** Not together with `pfx`. */
  readonly cert?: undefined
  /** Not together with `pfx`. */
  readonly key?: undefined
}

/** Whom to trust, and who we are. The bytes are read when they are given, and may change afterwards. */
export type TlsCredentials = Trust & (NoIdentity | PemIdentity | Pkcs12Identity)

/** {@link TlsCredentials} in one form, to be compared. */
export interface PlainCredentials {
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly pfx: Buffer | undefined
  readonly passphrase: string | undefined
}

/** Credentials that cannot be used. The message says which and why, and never has any of them in it. */
export class CredentialError extends Error {}

/** Checks the shape of credentials and copies them. Throws a {@link CredentialError}. */
export function plainCredentials(given: unknown): PlainCredentials {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new CredentialError(`expected an object with ca, cert, key, pfx or passphrase; got ${kindOf(given)}`)
  }
  const { ca, cert, key, pfx, passphrase } = given as Readonly<Record<string, unknown>>
  if (pfx !== undefined && (cert !== undefined || key !== undefined)) {
    throw new CredentialError('pfx must not be given together with cert or key: it holds both')
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new CredentialError(`cert and key must be given together; got only ${cert === undefined ? 'key' : 'cert'}`)
  }
  if (passphrase !== undefined && typeof passphrase !== 'string') {
    throw new CredentialError(`passphrase must be a string; got ${kindOf(passphrase)}`)
  }
  if (passphrase !== undefined && key === undefined && pfx === undefined) {
    throw new CredentialError('passphrase must not be given without the key or pfx that it opens')
  }
  return {
    ca: pemText('ca', ca, true),
    cert: pemText('cert', cert, true),
    key: pemText('key', key, false),
    pfx: storeOf(pfx),
    passphrase,
  }
}

/** Whether both are the same, to the byte. */
export function sameCredentials(one: PlainCredentials, other: PlainCredentials): boolean {
  const { ca, cert, key, passphrase } = one
  const texts = ca === other.ca && cert === other.cert && key === other.key && passphrase === other.passphrase
  if (one.pfx === undefined || other.pfx === undefined) return texts && one.pfx === other.pfx
  return texts && one.pfx.equals(other.pfx)
}

function pemText(name: string, value: unknown, mayBeList: boolean): string | undefined {
  if (value === undefined) return undefined
  const parts: readonly unknown[] = mayBeList && Array.isArray(value) ? value : [value]
  const expected = mayBeList ? 'PEM as a string or bytes, or an array of these' : 'PEM as a string or bytes'
  if (parts.length === 0) throw new CredentialError(`${name} must be ${expected}; got an empty array`)
  return parts.map((part) => textOf(name, part, expected)).join('\n')
}

function textOf(name: string, part: unknown, expected: string): string {
  const text = part instanceof Uint8Array ? Buffer.from(part).toString('latin1') : part
  if (typeof text !== 'string') throw new CredentialError(`${name} must be ${expected}; got ${kindOf(part)}`)
  if (/-----BEGIN [A-Z0-9 ]+-----/.test(text)) return text
  const got = text.trim() === '' ? 'nothing' : `${text.length} characters without a line -----BEGIN …-----`
  throw new CredentialError(`${name} must be ${expected}; got ${got}`)
}

function storeOf(pfx: unknown): Buffer | undefined {
  if (pfx === undefined) return undefined
  if (!(pfx instanceof Uint8Array)) throw new CredentialError(`pfx must be the bytes of a store; got ${kindOf(pfx)}`)
  return Buffer.from(pfx)
}

/** What a value is, without a bit of it: it may be secret. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Promise) return 'a promise'
  if (typeof value === 'object') return 'an object'
  return value === undefined ? 'undefined' : `a ${typeof value}`
}
