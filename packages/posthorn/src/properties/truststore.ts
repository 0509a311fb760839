import { X509Certificate } from 'node:crypto'
import { createRequire } from 'node:module'
import { ConfigError } from '@posthorn/contracts'
import type Forge from 'node-forge'

/** Oracle's attribute of a certificate that is trusted, and not only beside a key: what Java goes by, and so do we. */
const TRUSTED_KEY_USAGE = '2.16.840.1.113894.746875.1.1'

/** What Java trusts in a PKCS#12 store, as PEM. `load` gets the library, which is needed for nothing else. */
export function trustedIn(
  bytes: Uint8Array,
  file: string,
  password: string | null,
  load: (name: string) => unknown = createRequire(import.meta.url),
): string {
  const forge = libraryFrom(load, file)
  // Without a name the library drops the attribute.
  forge.pki.oids[TRUSTED_KEY_USAGE] = TRUSTED_KEY_USAGE
  const bags = read(forge, bytes, file, password).getBags({ bagType: forge.pki.oids['certBag']! })
  const trusted = (bags[forge.pki.oids['certBag']!] ?? []).filter(
    ({ attributes }) => TRUSTED_KEY_USAGE in (attributes as object),
  )
  if (trusted.length === 0) {
    throw new ConfigError(
      `ssl.truststore.location: nothing in ${file} is marked as trusted, so Java would trust nobody; put authorities in with ` +
        `keytool -importcert, or ${conversion(file)}`,
    )
  }
  // The library knows keys of RSA alone; of others it gives what it has read.
  const der = trusted.map(({ cert, asn1 }) => forge.asn1.toDer(cert ? forge.pki.certificateToAsn1(cert) : asn1))
  return der.map((one) => new X509Certificate(Buffer.from(one.getBytes(), 'latin1')).toString()).join('')
}

function libraryFrom(load: (name: string) => unknown, file: string): typeof Forge {
  try {
    return load('node-forge') as typeof Forge
  } catch (cause) {
    throw new ConfigError(
      `ssl.truststore.location: ${file} is a PKCS#12 store, which takes the package node-forge to read: npm install ` +
        `node-forge, or ${conversion(file)}`,
      { cause },
    )
  }
}

function read(forge: typeof Forge, bytes: Uint8Array, file: string, password: string | null): Forge.pkcs12.Pkcs12Pfx {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  try {
    return forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(content), false, password ?? undefined)
  } catch (error) {
    // What the library says is left out: nobody has looked through all of it for what it may quote.
    if (error instanceof Error && error.message.includes('MAC could not be verified')) {
      const what = password === null ? 'is missing, and' : 'is wrong: it'
      throw new ConfigError(`ssl.truststore.password ${what} does not open ${file}`)
    }
    throw new ConfigError(`ssl.truststore.location: ${file} cannot be read as PKCS#12; ${conversion(file)}`)
  }
}

function conversion(file: string): string {
  return `convert it, openssl pkcs12 -in ${file} -nokeys -out ca.pem, and set ssl.truststore.type=PEM`
}
