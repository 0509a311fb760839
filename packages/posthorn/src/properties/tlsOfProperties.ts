import { readFileSync } from 'node:fs'
import type { Plugin, Transport } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import { tls, type TlsBehaviour, type TlsCredentials } from '@posthorn/transport-tls'
import { opensslCiphers } from './cipherNames.ts'
import type { ClientProperties } from './clientProperties.ts'
import type { IdentityProperties, PemSource, TlsProperties, TrustProperties } from './tlsProperties.ts'
import { trustedIn } from './truststore.ts'

/** The transport for the `ssl.*` keys. Files are read now, so that what is wrong with them is told now, and for each connection. */
export function tlsOfProperties(
  properties: TlsProperties,
  clientDnsLookup: ClientProperties['clientDnsLookup'],
): Plugin<Transport> {
  const { trust, identity, verifyHostName, minVersion, maxVersion, cipherSuites } = properties
  const stores = new Truststores()
  const credentials = (): TlsCredentials => ({
    ...(trust !== undefined && trustOf(trust, stores)),
    ...(identity !== undefined && identityOf(identity)),
  })
  const behaviour: TlsBehaviour = {
    minVersion,
    maxVersion,
    clientDnsLookup,
    ...(cipherSuites !== undefined && { ciphers: opensslCiphers(cipherSuites) }),
    ...(!verifyHostName && { dangerouslyAcceptAnyHostName: true }),
  }
  // What a function gives is looked at by the first connection; what is wrong with a file is better told now.
  tls({ ...behaviour, ...credentials() })
  return tls({ ...behaviour, credentials })
}

/** The last store that was read: deriving a key from a password takes long on purpose, and connections are many. */
class Truststores {
  #bytes: Uint8Array | undefined
  #ca = ''

  read(bytes: Uint8Array, file: string, password: string | null): string {
    if (this.#bytes === undefined || Buffer.compare(this.#bytes, bytes) !== 0) {
      this.#ca = trustedIn(bytes, file, password)
      this.#bytes = bytes
    }
    return this.#ca
  }
}

function trustOf(trust: TrustProperties, stores: Truststores): Pick<TlsCredentials, 'ca'> {
  if (trust.type === 'PEM') return { ca: pemOf(trust.certificates, 'ssl.truststore.location') }
  const { file, password } = trust
  const bytes = read(file, 'ssl.truststore.location')
  refuseJks(bytes, file, 'ssl.truststore')
  if (isPem(bytes)) return { ca: bytes }
  return { ca: stores.read(bytes, file, password === null ? null : password()) }
}

function identityOf(identity: IdentityProperties): TlsCredentials {
  if (identity.type === 'PEM') {
    const { certificateChain, key, keyPassword } = identity
    return {
      cert: pemOf(certificateChain, 'ssl.keystore.location'),
      key: pemOf(key, 'ssl.keystore.location'),
      ...(keyPassword !== null && { passphrase: keyPassword() }),
    }
  }
  const { file, password } = identity
  const bytes = read(file, 'ssl.keystore.location')
  refuseJks(bytes, file, 'ssl.keystore')
  if (isPem(bytes)) throw new ConfigError(`ssl.keystore.location: ${file} is PEM; set ssl.keystore.type=PEM`)
  return { pfx: bytes, ...(password !== null && { passphrase: password() }) }
}

function pemOf(source: PemSource, key: string): string | Uint8Array {
  return 'pem' in source ? source.pem() : read(source.file, key)
}

function read(file: string, key: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new ConfigError(`${key}: cannot read ${file}: ${cause instanceof Error ? cause.message : ''}`, { cause })
  }
}

/** First bytes of Java's own formats, JKS and JCEKS, which nothing but Java reads. */
const javaStores: ReadonlySet<string> = new Set(['feedfeed', 'cececece'])

function refuseJks(bytes: Uint8Array, file: string, prefix: string): void {
  if (!javaStores.has(Buffer.from(bytes.subarray(0, 4)).toString('hex'))) return
  const how = `keytool -importkeystore -srckeystore ${file} -destkeystore store.p12 -deststoretype PKCS12, and set ${prefix}.type=PKCS12`
  throw new ConfigError(`${prefix}.location: ${file} is a JKS store, which only Java reads; convert it: ${how}`)
}

function isPem(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4096)).includes('-----BEGIN ')
}
