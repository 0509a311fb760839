import { inspect } from 'node:util'
import { ConfigError } from '@posthorn/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClientProperties, parsePropertiesText, readProperties } from '../../src/index.ts'
import { knownKeys } from '../../src/properties/knownKeys.ts'

/** Writes a pair as Java's `Properties.store` does: what has a meaning is escaped, and what is beyond ASCII. */
function written(key: string, value: string): string {
  const escaped = (text: string, all: boolean): string =>
    Array.from({ length: text.length }, (_, at) => {
      const char = text[at] ?? ''
      const named = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\f': '\\f' }[char]
      if (named !== undefined) return named
      if (char === ' ' && (all || at === 0)) return '\\ '
      if ('=:#!\\'.includes(char)) return `\\${char}`
      return char >= ' ' && char <= '~' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
    }).join('')
  return `${escaped(key, true)}=${escaped(value, false)}\n`
}

const anyText = fc.string({ unit: 'binary', maxLength: 20 })
const words = [
  ...[
    'PLAINTEXT',
    'SSL',
    'SASL_SSL',
    'PLAIN',
    'OAUTHBEARER',
    'PEM',
    'JKS',
    '',
    '1',
    'true',
    'all',
    'https',
    '${env:X}',
  ],
  ...['org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";', 'file:///x'],
]
const value = fc.oneof(fc.constantFrom(...words), anyText)
const pairs = fc.array(fc.tuple(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...knownKeys) }, anyText), value))

function read(text: string): ClientProperties | ConfigError {
  try {
    return readProperties(text)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

describe('a properties file', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, anyText)), (given) => {
        const text = given.map(([key, word]) => written(key, word)).join('')
        expect(parsePropertiesText(text).map(({ key, value: word }) => [key, word])).toEqual(given)
      }),
    )
  })

  it('whatever is in it, is read or refused with a ConfigError; every key is used, warned of or refused by its name', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const result = read(given.map(([key, word]) => written(key, word)).join(''))
        const text = result instanceof ConfigError ? result.message : inspect(result.warnings)
        for (const [key] of given) {
          if (knownKeys.includes(key) || result instanceof ConfigError) continue
          expect(text).toContain(inspect(key))
        }
      }),
    )
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void read(text)))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void read(Buffer.from(bytes).toString('latin1'))),
    )
  })

  const secretKeys = [
    ...['ssl.truststore.password', 'ssl.keystore.password', 'ssl.key.password', 'ssl.keystore.key'],
    ...['ssl.keystore.certificate.chain', 'ssl.truststore.certificates', 'sasl.jaas.config'],
    ...['sasl.oauthbearer.client.credentials.client.secret'],
  ]
  const login = 'org.apache.kafka.common.security'
  const jaas = [
    `${login}.plain.PlainLoginModule required username="u" password="S3CRET";`,
    `${login}.scram.ScramLoginModule required username="u" password="S3CRET" other="S3CRET";`,
    `${login}.oauthbearer.OAuthBearerLoginModule required clientId="c" clientSecret="S3CRET";`,
    `${login}.plain.PlainLoginModule required username="u" password=S3CRET`,
    'S3CRET',
    '"S3CRET',
    'a S3CRET b',
    'a required b="S3CRET" S3CRET',
  ]

  it('SAS-07: shows no secret of its own, in no error, warning or inspection', () => {
    const protocol = fc.constantFrom('SSL', 'SASL_SSL', 'SASL_PLAINTEXT', 'PLAINTEXT', 'x')
    const mechanism = fc.constantFrom('PLAIN', 'SCRAM-SHA-256', 'OAUTHBEARER', 'GSSAPI')
    const type = fc.constantFrom('PEM', 'PKCS12', 'JKS')
    const secrets = fc.subarray(secretKeys)
    fc.assert(
      fc.property(
        protocol,
        mechanism,
        type,
        secrets,
        fc.constantFrom(...jaas),
        (security, sasl, store, keys, entry) => {
          const setting = `security.protocol=${security}\nsasl.mechanism=${sasl}\nssl.keystore.type=${store}\n`
          const files = `ssl.truststore.type=${store}\nssl.keystore.location=/k\nssl.truststore.location=/t\n`
          const given = keys.map((key) => written(key, key === 'sasl.jaas.config' ? entry : 'S3CRET ${env:S3CRET} '))
          const result = read(setting + files + given.join(''))
          const seen = inspect(result, { depth: null, showHidden: true }) + JSON.stringify(result)
          expect(seen).not.toContain('S3CRET')
        },
      ),
      { numRuns: 500 },
    )
  })
})
