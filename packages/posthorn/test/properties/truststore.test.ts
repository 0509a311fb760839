import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from 'posthorn'
import { describe, expect, it } from 'vitest'
import { Authority, pkcs12 } from '../../../../tools/certificates/authority.ts'
import { trustedIn } from '../../src/properties/truststore.ts'

/** Made by a real keytool: see stores/generate.ts. */
const store = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, 'stores', name))

function subjects(pem: string): string[] {
  const each = pem.split(/(?<=-----END CERTIFICATE-----\n)/)
  return each.map((one) => new X509Certificate(one).subject).sort()
}

/** What is said of a store, all that hangs at the error included. */
function refusal(...given: Parameters<typeof trustedIn>): string {
  try {
    trustedIn(...given)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message
  }
  throw new Error('it was taken')
}

describe('a truststore in PKCS#12', () => {
  it.each([
    ['modern.p12', 'changeit'],
    ['legacy.p12', 'changeit'],
    ['open.p12', null],
    ['open.p12', 'changeit'],
  ])('TLS-07: gives the authorities that keytool put into %s, whatever their keys are', (name, password) => {
    expect(subjects(trustedIn(store(name), name, password))).toEqual(['CN=ec', 'CN=rsa'])
  })

  it('TLS-07: trusts nobody beside a key, as Java does not', () => {
    const authority = new Authority()
    const identity = pkcs12(authority.issue(), 'secret', [authority.cert])
    expect(refusal(identity, 'me.p12', 'secret')).toMatch(
      /nothing in me\.p12 is marked as trusted.*keytool -importcert/,
    )
  })

  it('does not open with a wrong password, or without one, and says neither', () => {
    for (const name of ['modern.p12', 'legacy.p12']) {
      expect(refusal(store(name), name, 'planted')).toBe(`ssl.truststore.password is wrong: it does not open ${name}`)
      expect(refusal(store(name), name, null)).toBe(`ssl.truststore.password is missing, and does not open ${name}`)
    }
  })

  it('is refused in one kind of error, however it is damaged', () => {
    const whole = store('modern.p12')
    for (let at = 0; at < whole.length; at += 11) {
      const message = refusal(whole.subarray(0, at), 'x.p12', 'changeit')
      expect(message).toMatch(/cannot be read as PKCS#12; convert it, openssl/)
    }
    for (const part of [0, 0.05, 0.2, 0.5, 0.9, 0.99]) {
      const changed = Uint8Array.from(whole)
      changed[Math.floor(part * whole.length)]! ^= 0x7f
      expect(refusal(changed, 'x.p12', 'changeit')).toMatch(/^ssl\.truststore\./)
    }
  })

  it('says what to install, or how to convert it, where the library is missing', () => {
    const absent = (name: string): never => {
      throw new Error(`Cannot find module '${name}'`)
    }
    expect(refusal(store('modern.p12'), 'trust.p12', 'changeit', absent)).toBe(
      'ssl.truststore.location: trust.p12 is a PKCS#12 store, which takes the package node-forge to read: npm install ' +
        'node-forge, or convert it, openssl pkcs12 -in trust.p12 -nokeys -out ca.pem, and set ssl.truststore.type=PEM',
    )
  })
})
