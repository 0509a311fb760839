import { getCiphers } from 'node:tls'
import { ConfigError } from '@posthorn/contracts'

/**
 * OpenSSL's names of cipher suites from those of IANA, which Java uses: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is
 * `ECDHE-RSA-AES128-GCM-SHA256`. Suites of TLS 1.3 have the same name in both. Throws a `ConfigError` for one that this Node
 * does not have.
 */
export function opensslCiphers(suites: readonly string[]): string {
  const known = new Set(getCiphers().map((name) => name.toUpperCase()))
  return suites.map((suite) => opensslCipher(suite, known)).join(':')
}

function opensslCipher(suite: string, known: ReadonlySet<string>): string {
  const name = suite.toUpperCase()
  if (known.has(name)) return name
  const openssl = name
    .replace(/^TLS_/, '')
    .replace('_WITH_', '_')
    .replace(/AES_(\d+)/, 'AES$1')
    .replace(/^RSA_AES/, 'AES')
    .replace(/(AES\d+)_CBC/, '$1')
    .replace(/(CHACHA20_POLY1305)_SHA256$/, '$1')
    .replaceAll('_', '-')
  if (known.has(openssl)) return openssl
  throw new ConfigError(`ssl.cipher.suites: there is no ${JSON.stringify(suite)} here`)
}
