import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Authority, encryptedKey, pkcs12 } from '../../../../tools/certificates/authority.ts'
import { propertiesOptions, readProperties } from '../../src/index.ts'
import { opensslCiphers } from '../../src/properties/cipherNames.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-stores-'))
afterAll(() => rmSync(folder, { recursive: true }))

const authority = new Authority()
const client = authority.issue()
const files = {
  'ca.pem': authority.cert,
  'me.pem': `${client.key}${client.cert}`,
  'locked.pem': `${encryptedKey(client, 'secret')}${client.cert}`,
  'me.p12': pkcs12(client, 'secret'),
  'store.jks': Buffer.from('feedfeed00000002', 'hex'),
  'broken.p12': Buffer.from('3082', 'hex'),
}
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)

function optionsOf(...lines: readonly string[]): ReturnType<typeof propertiesOptions> {
  const text = ['security.protocol=SSL', ...lines].join('\n').replaceAll('=/', `=${folder}/`)
  return propertiesOptions(readProperties(text))
}

const inline = (pem: string): string => pem.trimEnd().replaceAll('\n', ' \\\n')

describe('stores of a properties file', () => {
  it.each([
    ['none', []],
    ['PEM', ['ssl.truststore.type=PEM', 'ssl.truststore.location=/ca.pem']],
    ['PEM, although Java would call it JKS', ['ssl.truststore.location=/ca.pem']],
    ['PEM inline', ['ssl.truststore.type=PEM', `ssl.truststore.certificates=${inline(authority.cert)}`]],
    ['PEM with a key', ['ssl.keystore.type=PEM', 'ssl.keystore.location=/me.pem']],
    [
      'PEM with a locked key',
      ['ssl.keystore.type=PEM', 'ssl.keystore.location=/locked.pem', 'ssl.key.password=secret'],
    ],
    [
      'PEM with a key, inline',
      [
        'ssl.keystore.type=PEM',
        `ssl.keystore.certificate.chain=${inline(client.cert)}`,
        `ssl.keystore.key=${inline(client.key)}`,
      ],
    ],
    ['PKCS#12', ['ssl.keystore.type=PKCS12', 'ssl.keystore.location=/me.p12', 'ssl.keystore.password=secret']],
    ['PKCS#12 under the default type', ['ssl.keystore.location=/me.p12', 'ssl.keystore.password=secret']],
    ['ciphers', ['ssl.cipher.suites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384']],
  ])('TLS-06: are taken: %s', (_, lines) => {
    expect(optionsOf(...lines).transport).toBeTypeOf('function')
  })

  it.each([
    [['ssl.truststore.location=/store.jks'], /is a JKS store.*keytool -importkeystore.*ssl.truststore.type=PKCS12/],
    [['ssl.keystore.location=/store.jks'], /is a JKS store.*keytool -importkeystore/],
    [
      ['ssl.truststore.type=PKCS12', 'ssl.truststore.location=/broken.p12'],
      /cannot be read as PKCS#12; .*openssl pkcs12/,
    ],
    [['ssl.truststore.location=/none'], /ssl.truststore.location: cannot read .*none/],
    [['ssl.keystore.location=/me.pem'], /is PEM; set ssl.keystore.type=PEM/],
    [['ssl.keystore.location=/me.p12', 'ssl.keystore.password=wrong'], /^tls: /],
    [['ssl.keystore.type=PEM', 'ssl.keystore.location=/locked.pem', 'ssl.key.password=wrong'], /^tls: /],
    [['ssl.cipher.suites=TLS_NONE'], /ssl.cipher.suites: there is no "TLS_NONE" here/],
  ])('TLS-07: are refused at once, with what to do: %s', (lines, message) => {
    expect(() => optionsOf(...lines)).toThrow(message)
  })

  it('name ciphers as OpenSSL does', () => {
    const suites = ['TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256']
    expect(opensslCiphers([...suites, 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384'])).toBe(
      'AES128-SHA:ECDHE-ECDSA-CHACHA20-POLY1305:DHE-RSA-AES256-GCM-SHA384',
    )
  })
})
