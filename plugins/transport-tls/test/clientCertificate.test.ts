import { AuthenticationError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { Authority, encryptedKey, pkcs12 } from '../../../tools/certificates/authority.ts'
import type { TlsOptions } from '../src/index.ts'
import { Client, Peer } from './harness.ts'
import { authority, server } from './identities.ts'

const mine = authority.issue({ commonName: 'mine' })
const ca = authority.cert

/** The common name that a server sees, which asks for a certificate and insists on nothing. */
async function shown(options: TlsOptions): Promise<string | undefined> {
  await using peer = await Peer.secure({ ...server, ca, requestCert: true, rejectUnauthorized: false })
  using client = new Client(options)
  const secured = new Promise((resolve) => peer.server.once('secureConnection', resolve))
  await client.connect(peer)
  await secured
  const [socket] = peer.secured
  const subject = socket!.getPeerCertificate().subject as { CN: string } | undefined
  return subject === undefined
    ? undefined
    : `${subject.CN}${socket!.authorized ? '' : ` (${socket!.authorizationError})`}`
}

describe('our certificate', () => {
  test('TLS-05: is shown only when there is one', async () => {
    expect(await shown({ ca })).toBeUndefined()
    expect(await shown({ ca, ...mine })).toBe('mine')
  })

  test('TLS-06: may have an encrypted key, which the passphrase opens', async () => {
    expect(await shown({ ca, cert: mine.cert, key: encryptedKey(mine, 'open'), passphrase: 'open' })).toBe('mine')
  })

  test('TLS-06: goes with the certificates between it and the authority, in one text or in an array', async () => {
    const between = new Authority('Between', authority)
    const leaf = between.issue({ commonName: 'leaf' })
    expect(await shown({ ca, key: leaf.key, cert: leaf.cert + between.cert })).toBe('leaf')
    expect(await shown({ ca, key: leaf.key, cert: [leaf.cert, between.cert] })).toBe('leaf')
    expect(await shown({ ca, key: leaf.key, cert: leaf.cert })).toBe('leaf (UNABLE_TO_VERIFY_LEAF_SIGNATURE)')
  })

  test('TLS-06: may be written with CR LF, blank lines and remarks, as text or as bytes', async () => {
    const odd = (pem: string): string => `a remark\r\n\r\n${pem.replaceAll(/\r?\n/g, '\r\n')}\r\n\r\n`
    expect(await shown({ ca: odd(ca), cert: odd(mine.cert), key: odd(mine.key) })).toBe('mine')
    const bytes = (pem: string): Uint8Array => new TextEncoder().encode(pem)
    expect(await shown({ ca: bytes(ca), cert: bytes(mine.cert), key: bytes(mine.key) })).toBe('mine')
  })

  test('TLS-06: several authorities are trusted, in one text or in an array', async () => {
    const other = new Authority('Other').cert
    expect(await shown({ ca: other + ca })).toBeUndefined()
    expect(await shown({ ca: [other, ca] })).toBeUndefined()
    using client = new Client({ ca: other })
    await using peer = await Peer.secure(server)
    expect(await client.refusal(peer)).toMatchObject({ code: 'SSL_UNKNOWN_CA' })
  })

  test('may come from a PKCS#12 store', async () => {
    expect(await shown({ ca, pfx: pkcs12(mine, 'open'), passphrase: 'open' })).toBe('mine')
  })
})

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a broker that demands one, over %s', (maxVersion) => {
  const demanding = { ...server, ca, requestCert: true, rejectUnauthorized: true, maxVersion }

  test('TLS-03: refuses whoever has none, which is no failure to try again after', async () => {
    await using peer = await Peer.secure(demanding)
    using client = new Client()
    const error = await client.refusal(peer)
    expect(error).toBeInstanceOf(AuthenticationError)
    // OpenSSL says only that the handshake failed, in TLS 1.2.
    const code = maxVersion === 'TLSv1.2' ? 'SSL_AUTHENTICATION_FAILED' : 'SSL_CLIENT_CERTIFICATE_REQUIRED'
    expect(error).toMatchObject({ code, retriable: false })
    expect(error.message).toMatch(/demands? a certificate of us/)
  })

  test('TLS-03: accepts one of an authority that it trusts', async () => {
    await using peer = await Peer.secure(demanding)
    using client = new Client({ ca, ...mine })
    const secured = new Promise((resolve) => peer.server.once('secureConnection', resolve))
    await client.connect(peer)
    await secured
    expect(peer.secured[0]?.authorized).toBe(true)
  })
})

// Node's servers only hang up on a certificate that they do not like; others, Kafka's among them, say why.
describe('TLS-03: alerts', () => {
  test.each([
    [42, 'BAD_CERTIFICATE'],
    [43, 'UNSUPPORTED_CERTIFICATE'],
    [44, 'CERTIFICATE_REVOKED'],
    [45, 'CERTIFICATE_EXPIRED'],
    [46, 'CERTIFICATE_UNKNOWN'],
    [48, 'UNKNOWN_CA'],
    [49, 'ACCESS_DENIED'],
    [51, 'DECRYPT_ERROR'],
    [116, 'CERTIFICATE_REQUIRED'],
  ])('%i speaks of our certificate, or of its lack', async (number, name) => {
    await using peer = await alerting(number)
    using without = new Client()
    const required = { code: 'SSL_CLIENT_CERTIFICATE_REQUIRED', retriable: false }
    expect(await without.refusal(peer)).toMatchObject(required)
    using having = new Client({ ca, ...mine })
    const error = await having.refusal(peer)
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ code: 'SSL_CLIENT_CERTIFICATE_REFUSED', retriable: false })
    expect(error.message).toMatch(new RegExp(`: the broker refuses our certificate: .+ \\(alert ${name}\\)$`))
  })

  test.each([
    [40, 'SSL_AUTHENTICATION_FAILED', 'the broker refuses the TLS handshake (alert HANDSHAKE_FAILURE)'],
    [70, 'SSL_NO_COMMON_VERSION', 'no version of TLS, or no cipher, that we do (alert PROTOCOL_VERSION)'],
    [71, 'SSL_NO_COMMON_VERSION', '(alert INSUFFICIENT_SECURITY)'],
    [80, 'SSL_AUTHENTICATION_FAILED', '(alert INTERNAL_ERROR)'],
    [112, 'SSL_AUTHENTICATION_FAILED', 'the broker does not know the name localhost (alert UNRECOGNIZED_NAME)'],
  ])('%i is %s', async (number, code, message) => {
    await using peer = await alerting(number)
    using client = new Client()
    const error = await client.refusal(peer)
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ code, retriable: false })
    expect(error.message).toContain(message)
  })
})

/** A peer that answers the first flight with a fatal alert. */
function alerting(number: number): Promise<Peer> {
  return Peer.plain((socket) => {
    socket.once('data', () => socket.end(Uint8Array.of(21, 3, 3, 0, 2, 2, number)))
  })
}
