import { inlinePem } from './inlinePem.ts'
import type { IdentityProperties, PemSource, TlsProperties, TlsVersion, TrustProperties } from './tlsProperties.ts'
import type { PropertyValues } from './values.ts'

/** Keys that say how TLS is spoken, with what they are here. */
export const tlsKeys: readonly (readonly [key: string, ours: string])[] = [
  ['ssl.cipher.suites', "`ciphers`, by IANA's names"],
  ['ssl.enabled.protocols', '`minVersion`, `maxVersion`'],
  ['ssl.endpoint.identification.algorithm', 'empty: refused unless `allowUnverifiedHostName`'],
  ['ssl.key.password', '`passphrase` of the key'],
  ['ssl.keystore.certificate.chain', '`cert`'],
  ['ssl.keystore.key', '`key`'],
  ['ssl.keystore.location', '`cert` and `key` (PEM), `pfx` (PKCS12)'],
  ['ssl.keystore.password', '`passphrase` of the PKCS#12 file'],
  ['ssl.keystore.type', 'PEM or PKCS12'],
  ['ssl.protocol', '`maxVersion`'],
  ['ssl.truststore.certificates', '`ca`'],
  ['ssl.truststore.location', '`ca`'],
  ['ssl.truststore.password', 'of a PKCS#12 file'],
  ['ssl.truststore.type', 'PEM or PKCS12'],
]

const storeTypes = ['JKS', 'PKCS12', 'PEM'] as const

/** Reads the `ssl.*` keys. */
export function readTls(values: PropertyValues, allowUnverifiedHostName: boolean): TlsProperties {
  const trust = readTrust(values)
  const identity = readIdentity(values)
  const cipherSuites = values.list('ssl.cipher.suites')
  return {
    ...(trust !== undefined && { trust }),
    ...(identity !== undefined && { identity }),
    verifyHostName: readVerifyHostName(values, allowUnverifiedHostName),
    ...readVersions(values),
    ...(cipherSuites !== undefined && cipherSuites.length > 0 && { cipherSuites }),
  }
}

function readTrust(values: PropertyValues): TrustProperties | undefined {
  const type = storeType(values, 'ssl.truststore.type')
  const file = values.text('ssl.truststore.location')
  const password = values.secret('ssl.truststore.password') ?? null
  const inline = values.secret('ssl.truststore.certificates')
  if (inline !== undefined) {
    if (type !== 'PEM') values.refuse('ssl.truststore.certificates', 'expected together with ssl.truststore.type=PEM')
    if (file !== undefined) values.refuse('ssl.truststore.certificates', 'expected without ssl.truststore.location')
    return pem(values, 'ssl.truststore.certificates', inline, (source) => ({ type: 'PEM', certificates: source }))
  }
  if (file === undefined) return undefined
  if (type !== 'PEM') return { type: type ?? 'JKS', file, password }
  if (password !== null) values.refuse('ssl.truststore.password', 'expected none with ssl.truststore.type=PEM')
  return { type, certificates: { file } }
}

function readIdentity(values: PropertyValues): IdentityProperties | undefined {
  const type = storeType(values, 'ssl.keystore.type')
  const file = values.text('ssl.keystore.location')
  const password = values.secret('ssl.keystore.password') ?? null
  const keyPassword = values.secret('ssl.key.password') ?? null
  const chain = values.secret('ssl.keystore.certificate.chain')
  const key = values.secret('ssl.keystore.key')
  if (chain !== undefined || key !== undefined) {
    if (chain === undefined) values.refuse('ssl.keystore.key', 'expected together with ssl.keystore.certificate.chain')
    if (key === undefined) values.refuse('ssl.keystore.certificate.chain', 'expected together with ssl.keystore.key')
    if (type !== 'PEM') values.refuse('ssl.keystore.key', 'expected together with ssl.keystore.type=PEM')
    if (file !== undefined) values.refuse('ssl.keystore.key', 'expected without ssl.keystore.location')
    if (chain === undefined || key === undefined) return undefined
    return pem(values, 'ssl.keystore.certificate.chain', chain, (certificateChain) =>
      pem(values, 'ssl.keystore.key', key, (source) => ({ type: 'PEM', certificateChain, key: source, keyPassword })),
    )
  }
  if (file === undefined) return undefined
  if (type !== 'PEM') return { type: type ?? 'JKS', file, password, keyPassword }
  if (password !== null) values.refuse('ssl.keystore.password', 'expected none with ssl.keystore.type=PEM')
  return { type, certificateChain: { file }, key: { file }, keyPassword }
}

function storeType(values: PropertyValues, key: string): (typeof storeTypes)[number] | undefined {
  const given = values.string(key)?.toUpperCase()
  if (given === undefined) return undefined
  const type = storeTypes.find((one) => one === given)
  if (type === undefined) values.refuse(key, `expected PEM or PKCS12, received ${JSON.stringify(given)}`)
  return type
}

function pem<T>(
  values: PropertyValues,
  key: string,
  given: () => string,
  use: (source: PemSource) => T | undefined,
): T | undefined {
  const text = inlinePem(given())
  if (text !== null) return use({ pem: () => text })
  values.refuse(key, 'expected PEM: -----BEGIN …----- , base64, -----END …-----')
  return undefined
}

function readVerifyHostName(values: PropertyValues, allowed: boolean): boolean {
  const key = 'ssl.endpoint.identification.algorithm'
  const algorithm = values.string(key)
  if (algorithm === undefined || algorithm.toLowerCase() === 'https') return true
  if (algorithm !== '') {
    values.refuse(key, `expected https, received ${JSON.stringify(algorithm)}`)
    return true
  }
  if (!allowed) {
    values.refuse(
      key,
      'empty switches off the check that a certificate belongs to the host, so anyone with a certificate of a trusted CA ' +
        'can pass for a broker; allowUnverifiedHostName (--allow-unverified-host-name) accepts that',
    )
  }
  return false
}

function readVersions(values: PropertyValues): { minVersion: TlsVersion; maxVersion: TlsVersion } {
  const enabled = values.list('ssl.enabled.protocols')
  const spoken = enabled?.filter((name): name is TlsVersion => name === 'TLSv1.2' || name === 'TLSv1.3')
  for (const name of enabled ?? []) {
    if (!spoken?.includes(name as TlsVersion)) values.warn('ssl.enabled.protocols', `${name} is not spoken here`)
  }
  if (spoken?.length === 0) values.refuse('ssl.enabled.protocols', 'expected TLSv1.2 or TLSv1.3 among them')
  const protocol = values.text('ssl.protocol')
  if (protocol !== undefined && !['TLS', 'TLSv1.2', 'TLSv1.3'].includes(protocol)) {
    values.refuse('ssl.protocol', `expected TLSv1.3, TLSv1.2 or TLS, received ${JSON.stringify(protocol)}`)
  }
  const speaks3 = protocol !== 'TLSv1.2' && (spoken === undefined || spoken.includes('TLSv1.3'))
  const speaks2 = spoken === undefined || spoken.includes('TLSv1.2')
  if (!speaks2 && !speaks3) values.refuse('ssl.protocol', 'TLSv1.2 is not among ssl.enabled.protocols')
  return { minVersion: speaks2 ? 'TLSv1.2' : 'TLSv1.3', maxVersion: speaks3 ? 'TLSv1.3' : 'TLSv1.2' }
}
