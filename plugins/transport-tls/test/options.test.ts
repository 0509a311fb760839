import { ConfigError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { encryptedKey, pkcs12 } from '../../../tools/certificates/authority.ts'
import { tls, type TlsOptions } from '../src/index.ts'
import { authority, server } from './identities.ts'

const { cert, key } = server
const other = authority.issue()

/** The message with which options are refused. */
function refused(options: unknown): string {
  try {
    tls(options as TlsOptions)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('they were accepted')
}

describe('options are checked at once', () => {
  test.each([
    [null, 'tls: expected an object of options; got null'],
    [{ keyFile: 'x' }, /^tls: there is no option keyFile: expected minVersion, .*passphrase/],
    [
      { rejectUnauthorized: false },
      'tls: there is no option rejectUnauthorized: certificates are always checked; give the authority of yours as ca',
    ],
    [{ checkServerIdentity: () => undefined }, /^tls: there is no option checkServerIdentity: give the name to check/],
    [{ minVersion: 'TLSv1' }, 'tls: minVersion must be TLSv1.2 or TLSv1.3; got "TLSv1"'],
    [{ maxVersion: 3 }, 'tls: maxVersion must be TLSv1.2 or TLSv1.3; got 3'],
    [
      { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' },
      'tls: minVersion must not be above maxVersion; got TLSv1.3 and TLSv1.2',
    ],
    [{ ciphers: 7 }, 'tls: ciphers must be a string; got 7'],
    [{ ciphers: 'NONSENSE' }, /^tls: ciphers are refused by OpenSSL: /],
    [{ servername: '' }, 'tls: servername must be a name that is not empty, or a function; got ""'],
    [{ dangerouslyAcceptAnyHostName: false }, 'tls: dangerouslyAcceptAnyHostName must be true, or left out; got false'],
    [
      { dangerouslyAcceptAnyHostName: 'true' },
      'tls: dangerouslyAcceptAnyHostName must be true, or left out; got "true"',
    ],
    [{ sessionResumption: 'no' }, 'tls: sessionResumption must be a boolean; got "no"'],
    [{ onCertificateExpiry: {} }, 'tls: onCertificateExpiry must be a function; got an object'],
    [{ certificateExpiryDays: -1 }, 'tls: certificateExpiryDays must be a number from 0 to 3650; got -1'],
    [{ connect: 1 }, 'tls: connect must be a function; got 1'],
    [{ endTimeoutMs: 1.5 }, 'tls: endTimeoutMs must be an integer from 0 to 2147483647 (ms); got 1.5'],
    [{ lookup: 'dns' }, 'tls: lookup must be a function; got string'],
    [{ credentials: { cert, key } }, 'tls: credentials must be a function; got an object'],
    [{ credentials: () => ({}), ca: authority.cert }, 'tls: ca must not be given together with credentials'],
  ])('%j', (options, message) => {
    expect(refused(options)).toMatch(message)
  })
})

describe('TLS-07: credentials that cannot be used are refused at once, and none of them is in the error', () => {
  const locked = encryptedKey(server, 'planted-secret')
  const store = pkcs12(server, 'planted-secret')
  test.each([
    [
      'a wrong passphrase of the key',
      { cert, key: locked, passphrase: 'planted-guess' },
      'key cannot be read: the passphrase is wrong',
    ],
    [
      'no passphrase of the key',
      { cert, key: locked },
      'key cannot be read: it is encrypted, and no passphrase was given',
    ],
    [
      'a wrong passphrase of the store',
      { pfx: store, passphrase: 'planted-guess' },
      'pfx cannot be opened: the passphrase is wrong',
    ],
    ['no passphrase of the store', { pfx: store }, 'pfx cannot be opened: no passphrase was given, and it needs one'],
    [
      'what is no store',
      { pfx: Buffer.from('planted') },
      'pfx cannot be read: it is not a PKCS#12 store with a certificate and its key',
    ],
    ['a store as text', { pfx: 'planted' }, 'pfx must be the bytes of a store; got a string'],
    [
      'a key that is none',
      { cert, key: '-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----' },
      'key cannot be read: it is not a private key in PEM',
    ],
    ['a certificate as the key', { cert, key: cert }, 'key cannot be read: it is not a private key in PEM'],
    [
      'a path to the key',
      { cert, key: '/etc/planted.pem' },
      'key must be PEM as a string or bytes; got 16 characters without a line -----BEGIN …-----',
    ],
    ['a key of another certificate', { cert, key: other.key }, 'key does not belong to the first certificate in cert'],
    ['a certificate alone', { cert }, 'cert and key must be given together; got only cert'],
    ['a key alone', { key }, 'cert and key must be given together; got only key'],
    ['a key in a list', { cert, key: [key] }, 'key must be PEM as a string or bytes; got an array'],
    ['a number', { ca: 5 }, 'ca must be PEM as a string or bytes, or an array of these; got a number'],
    [
      'a promise',
      { ca: Promise.resolve('') },
      'ca must be PEM as a string or bytes, or an array of these; got a promise',
    ],
    ['an empty list', { ca: [] }, 'ca must be PEM as a string or bytes, or an array of these; got an empty array'],
    ['an empty text', { ca: '  ' }, 'ca must be PEM as a string or bytes, or an array of these; got nothing'],
    ['a key as authority', { ca: key }, 'ca has no whole certificate in it'],
    ['half a certificate', { ca: cert.slice(0, 300) }, 'ca has no whole certificate in it'],
    [
      'a damaged certificate',
      { ca: [cert, cert.replace('MII', 'AII')] },
      'ca cannot be read: certificate 2 of 2 is damaged',
    ],
    ['two kinds at once', { pfx: store, cert, key }, 'pfx must not be given together with cert or key: it holds both'],
    [
      'a passphrase for nothing',
      { passphrase: 'planted-secret' },
      'passphrase must not be given without the key or pfx that it opens',
    ],
    ['a passphrase that is no text', { cert, key, passphrase: 5 }, 'passphrase must be a string; got a number'],
  ])('%s', (_what, options, expected) => {
    const message = refused(options)
    expect(message).toBe(`tls: ${expected}`)
    expect(message).not.toMatch(/planted|MII/)
  })
})
