import { connect as systemConnect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { ConfigError } from '@posthorn/contracts'
import { socketSettings, type SocketOptions, type SocketSettings } from '@posthorn/transport-tcp'
import type { CredentialProvider } from './credentialSource.ts'
import { CredentialError, plainCredentials, type TlsCredentials } from './credentials.ts'
import type { CertificateExpiry } from './expiry.ts'
import { secured, type Offer, type Secured } from './secured.ts'

/** Options of `tls` beside credentials. */
export interface TlsBehaviour extends SocketOptions {
  /** The lowest version to speak (`ssl.enabled.protocols`). Default `TLSv1.2`. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined
  /** The highest version to speak. Default `TLSv1.3`. */
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined
  /** `ssl.cipher.suites`, by OpenSSL's names, with `:` between them. Default: Node's own choice. */
  readonly ciphers?: string | undefined
  /**
   * The name that is asked for (SNI) and that the broker's certificate has to be for, instead of the one that is connected
   * to; or what gives it, from the host. No name is asked for where it is an IP address. Default: the host itself.
   */
  readonly servername?: string | ((host: string) => string) | undefined
  /**
   * Takes certificates that are for another host (`ssl.endpoint.identification.algorithm` set to nothing): whoever has any
   * certificate of a trusted authority may then pose as a broker and read all that is sent. `servername` is nearly
   * always what is wanted instead. Only `true` is accepted, and it is logged. Default: the name is checked.
   */
  readonly dangerouslyAcceptAnyHostName?: true | undefined
  /** Whether sessions are resumed, which makes reconnecting cheaper. Default true. */
  readonly sessionResumption?: boolean | undefined
  /**
   * Told when a certificate, the broker's or our own, runs out within `certificateExpiryDays`: after a handshake, and at most
   * once a day for each certificate. Default: a warning in the log.
   */
  readonly onCertificateExpiry?: ((expiry: CertificateExpiry) => void) | undefined
  /** How many days ahead to tell, 0 to 3650; 0 for never. Default 14. */
  readonly certificateExpiryDays?: number | undefined
  /** Starts a connection, as `tls.connect` does, with the options it is given. Default `tls.connect`. */
  readonly connect?: ((options: ConnectionOptions) => TLSSocket) | undefined
}

/** Credentials that a function gives. */
export interface AskedCredentials {
  /**
   * Gives the credentials for one connection; asked anew for each, so that certificates can be replaced while the producer
   * runs. It may take its time, as long as the connection may take to be set up. Not together with `ca`, `cert`, `key`,
   * `pfx` and `passphrase`.
   */
  readonly credentials: CredentialProvider
  /** Not together with `credentials`. */
  readonly ca?: undefined
  /** Not together with `credentials`. */
  readonly cert?: undefined
  /** Not together with `credentials`. */
  readonly key?: undefined
  /** Not together with `credentials`. */
  readonly pfx?: undefined
  /** Not together with `credentials`. */
  readonly passphrase?: undefined
}

/** Options of `tls`: credentials, or a function that gives them, and how to go about it. */
export type TlsOptions = TlsBehaviour & ((TlsCredentials & { readonly credentials?: undefined }) | AskedCredentials)

/** {@link TlsOptions} with every hole filled. */
export interface TlsSettings extends SocketSettings {
  readonly offer: Offer
  readonly provider: CredentialProvider | null
  /** Credentials that do not change. */
  readonly fixed: Secured | null
  readonly nameOf: (host: string) => string
  readonly checksName: boolean
  readonly resumes: boolean
  readonly onCertificateExpiry: ((expiry: CertificateExpiry) => void) | null
  readonly certificateExpiryDays: number
  readonly connect: (options: ConnectionOptions) => TLSSocket
}

const secrets = ['ca', 'cert', 'key', 'pfx', 'passphrase']
const known: ReadonlySet<string> = new Set([
  ...['minVersion', 'maxVersion', 'ciphers', 'servername', 'dangerouslyAcceptAnyHostName', 'sessionResumption'],
  ...['onCertificateExpiry', 'certificateExpiryDays', 'connect', 'credentials', ...secrets],
  ...['keepAliveInitialDelayMs', 'endTimeoutMs', 'lookup', 'clientDnsLookup', 'reverse'],
])

/** Names that people know from Node, and what there is instead. */
const elsewhere: Readonly<Record<string, string>> = {
  rejectUnauthorized: 'certificates are always checked; give the authority of yours as ca',
  checkServerIdentity: 'give the name to check as servername, or see dangerouslyAcceptAnyHostName',
  ALPNProtocols: 'Kafka has no protocol to choose',
  secureContext: 'give ca, cert and key, or a function as credentials',
}

/** Fills and checks options; throws a `ConfigError` that names key, expectation and value, unless the value may be secret. */
export function tlsSettings(options: TlsOptions): TlsSettings {
  const given: unknown = options
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigError(`tls: expected an object of options; got ${given === null ? 'null' : typeof given}`)
  }
  refuseUnknown(given)
  const offer = offerOf(options)
  const provider = optional('credentials', options.credentials, 'function')
  if (provider !== undefined) {
    const both = secrets.find((key) => (given as Record<string, unknown>)[key] !== undefined)
    if (both !== undefined) throw new ConfigError(`tls: ${both} must not be given together with credentials`)
  }
  const days = options.certificateExpiryDays ?? 14
  if (!(typeof days === 'number' && days >= 0 && days <= 3650)) {
    throw new ConfigError(`tls: certificateExpiryDays must be a number from 0 to 3650; got ${shown(days)}`)
  }
  const anyName: unknown = options.dangerouslyAcceptAnyHostName
  if (anyName !== undefined && anyName !== true) {
    throw new ConfigError(`tls: dangerouslyAcceptAnyHostName must be true, or left out; got ${shown(anyName)}`)
  }
  return {
    ...socketSettings('tls', options),
    offer,
    provider: provider ?? null,
    fixed: provider === undefined ? readNow(options, offer) : null,
    nameOf: naming(options.servername),
    checksName: anyName === undefined,
    resumes: optional('sessionResumption', options.sessionResumption, 'boolean') ?? true,
    onCertificateExpiry: optional('onCertificateExpiry', options.onCertificateExpiry, 'function') ?? null,
    certificateExpiryDays: days,
    connect: optional('connect', options.connect, 'function') ?? ((to) => systemConnect(to)),
  }
}

function refuseUnknown(given: object): void {
  const unknown = Object.keys(given).find((key) => !known.has(key))
  if (unknown === undefined) return
  const why = elsewhere[unknown] ?? `expected ${[...known].join(', ')}`
  throw new ConfigError(`tls: there is no option ${unknown}: ${why}`)
}

function offerOf({ minVersion = 'TLSv1.2', maxVersion = 'TLSv1.3', ciphers }: TlsBehaviour): Offer {
  const versions = ['TLSv1.2', 'TLSv1.3']
  for (const [name, value] of Object.entries({ minVersion, maxVersion })) {
    if (!versions.includes(value)) throw new ConfigError(`tls: ${name} must be TLSv1.2 or TLSv1.3; got ${shown(value)}`)
  }
  if (minVersion > maxVersion) {
    throw new ConfigError(`tls: minVersion must not be above maxVersion; got ${minVersion} and ${maxVersion}`)
  }
  return { minVersion, maxVersion, ciphers: optional('ciphers', ciphers, 'string') }
}

function naming(servername: unknown): (host: string) => string {
  if (servername === undefined) return (host) => host
  if (typeof servername === 'string' && servername !== '') return () => servername
  if (typeof servername === 'function') return servername as (host: string) => string
  throw new ConfigError(`tls: servername must be a name that is not empty, or a function; got ${shown(servername)}`)
}

function readNow(options: TlsOptions, offer: Offer): Secured {
  try {
    return secured(plainCredentials(options), offer)
  } catch (error) {
    if (error instanceof CredentialError) throw new ConfigError(`tls: ${error.message}`)
    const wrong = offer.ciphers === undefined ? 'the options are refused by OpenSSL' : 'ciphers are refused by OpenSSL'
    throw new ConfigError(`tls: ${wrong}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function optional<T>(name: string, value: T | undefined, type: 'function' | 'boolean' | 'string'): T | undefined {
  if (value === undefined || typeof value === type) return value
  throw new ConfigError(`tls: ${name} must be a ${type}; got ${shown(value)}`)
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
