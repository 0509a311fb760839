import { AuthenticationError } from '@posthorn/contracts'
import { describe, expect, test, vi } from 'vitest'
import { Authority, selfSigned } from '../../../tools/certificates/authority.ts'
import type { TlsOptions } from '../src/index.ts'
import { Client, Peer } from './harness.ts'
import { authority, server } from './identities.ts'

const day = 86_400_000
const from = (days: number): Date => new Date(Date.now() + days * day)

/** Tries a server with this certificate. */
async function attempt(
  identity: { readonly cert: string; readonly key: string },
  options?: TlsOptions,
  host?: string,
): Promise<Error | null> {
  await using peer = await Peer.secure(identity)
  using client = new Client(options)
  try {
    await client.connect(peer, host)
    return null
  } catch (error) {
    return error as Error
  }
}

describe('the name in the certificate', () => {
  test.each([
    ['a DNS name of the certificate', { names: ['kafka-1.example'] }, 'kafka-1.example'],
    ['a name that a wildcard stands for', { names: ['*.kafka.example'] }, 'one.kafka.example'],
    ['an address of the certificate', { names: ['127.0.0.1'] }, '127.0.0.1'],
    ['the common name when there are no others', { commonName: 'kafka-1.example' }, 'kafka-1.example'],
  ])('TLS-01: %s is accepted', async (_what, certificate, host) => {
    expect(await attempt(authority.issue(certificate), {}, host)).toBeNull()
  })

  test.each([
    ['another name', { names: ['kafka-2.example'] }, 'kafka-1.example', 'DNS:kafka-2.example'],
    ['the common name when there are others', { commonName: 'kafka-1', names: ['b'] }, 'kafka-1', 'DNS:b'],
    ['a name for an address', { names: ['kafka-1.example'] }, '127.0.0.1', 'DNS:kafka-1.example'],
    ['an address in the common name', { commonName: '127.0.0.1' }, '127.0.0.1', 'CN=127.0.0.1'],
  ])('TLS-01: %s is refused, and the error says which would do', async (_what, certificate, host, instead) => {
    const error = await attempt(authority.issue(certificate), {}, host)
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ code: 'SSL_HOST_NAME_MISMATCH', retriable: false })
    expect(error?.message).toContain(`the broker's certificate is not for ${host}, but for ${instead}; `)
  })

  test('TLS-01: the name that was configured counts, and no address is ever looked up in reverse', async () => {
    const reverse = vi.fn(() => Promise.resolve(['kafka-1.example']))
    const certificate = authority.issue({ names: ['kafka-1.example'] })
    expect(await attempt(certificate, { reverse }, '127.0.0.1')).toMatchObject({ code: 'SSL_HOST_NAME_MISMATCH' })
    expect(reverse).not.toHaveBeenCalled()
  })

  test.each([
    ['a name', 'kafka-1.example' as const],
    ['a function', (host: string) => host.replace('tunnel', 'example')],
  ])('servername, as %s, is what the certificate has to be for', async (_what, servername) => {
    const certificate = authority.issue({ names: ['kafka-1.example'] })
    expect(await attempt(certificate, { servername }, 'kafka-1.tunnel')).toBeNull()
    expect(await attempt(server, { servername }, 'kafka-1.tunnel')).toMatchObject({ code: 'SSL_HOST_NAME_MISMATCH' })
  })

  test('TLS-01: only a long word takes any name, and the log says so', async () => {
    await using peer = await Peer.secure(authority.issue({ names: ['kafka-2.example'] }))
    using client = new Client({ dangerouslyAcceptAnyHostName: true })
    await client.connect(peer, 'kafka-1.example')
    expect(client.lines.map(({ level, message }) => `${level}: ${message}`)).toContain(
      'warn: brokers may show the certificate of any host: their name is not checked',
    )
    // Any host, but not anyone.
    const stranger = new Authority('stranger').issue({ names: ['kafka-1.example'] })
    const error = await attempt(stranger, { dangerouslyAcceptAnyHostName: true }, 'kafka-1.example')
    expect(error).toMatchObject({ code: 'SSL_UNKNOWN_CA' })
  })
})

describe('the name that is asked for', () => {
  test.each([
    ['is the host', 'kafka-1.example', {}, 'kafka-1.example'],
    ['is servername instead', 'kafka-1.tunnel', { servername: 'kafka-1.example' }, 'kafka-1.example'],
    ['is none for an address', '127.0.0.1', {}, false],
    ['is none for an address as servername', 'kafka-1.example', { servername: '127.0.0.1' }, false],
  ])('%s', async (_what, host, options, asked) => {
    const certificate = authority.issue({ names: ['kafka-1.example', '127.0.0.1'] })
    await using peer = await Peer.secure({ ...certificate, ALPNProtocols: ['kafka'] })
    using client = new Client(options)
    const secured = new Promise((resolve) => peer.server.once('secureConnection', resolve))
    await client.connect(peer, host)
    await secured
    expect(peer.secured[0]).toMatchObject({ servername: asked, alpnProtocol: false })
  })
})

describe('certificates that are refused', () => {
  test('an expired one, with the day', async () => {
    const error = await attempt(authority.issue({ names: ['localhost'], validFrom: from(-9), validTo: from(-2) }))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({
      code: 'SSL_CERTIFICATE_EXPIRED',
      retriable: false,
      cause: { code: 'CERT_HAS_EXPIRED' },
    })
    const when = from(-2).toISOString().slice(0, 10)
    expect(error?.message).toMatch(`the broker's certificate (CN=posthorn-test) has expired on ${when}`)
  })

  test('one that is not valid yet, with the day', async () => {
    const error = await attempt(authority.issue({ names: ['localhost'], validFrom: from(2), validTo: from(9) }))
    expect(error).toMatchObject({ code: 'SSL_CERTIFICATE_NOT_YET_VALID' })
    expect(error?.message).toContain(`is not valid before ${from(2).toISOString().slice(0, 10)}`)
  })

  test('one of an authority that is not trusted, which is named', async () => {
    const error = await attempt(new Authority('Somebody else').issue({ names: ['localhost'] }))
    expect(error).toMatchObject({ code: 'SSL_UNKNOWN_CA', broker: expect.stringMatching(/^localhost:\d+$/) as string })
    expect(error?.message).toContain('comes from an authority that is not trusted (CN=Somebody else)')
  })

  test('one of an authority that has the name of a trusted one, but another key', async () => {
    const error = await attempt(new Authority().issue({ names: ['localhost'] }))
    expect(error).toMatchObject({ code: 'SSL_UNKNOWN_CA' })
  })

  test('one whose chain is not whole', async () => {
    const error = await attempt(new Authority('Below', authority).issue({ names: ['localhost'] }))
    expect(error).toMatchObject({ code: 'SSL_UNKNOWN_CA' })
  })

  test('one that it has signed itself, unless it is trusted', async () => {
    const own = selfSigned({ names: ['localhost'] })
    expect(await attempt(own)).toMatchObject({ code: 'SSL_SELF_SIGNED_CERTIFICATE' })
    expect(await attempt(own, { ca: own.cert })).toBeNull()
  })

  test('a chain with an expired certificate above the broker’s', async () => {
    const above = new Authority('Below', authority, { validFrom: from(-9), validTo: from(-2) })
    const leaf = above.issue({ names: ['localhost'] })
    const error = await attempt({ key: leaf.key, cert: leaf.cert + above.cert })
    expect(error).toMatchObject({ code: 'SSL_CERTIFICATE_EXPIRED' })
    expect(error?.message).toContain("a certificate above the broker's has expired")
  })

  test('NODE_TLS_REJECT_UNAUTHORIZED changes nothing about that', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    try {
      expect(await attempt(new Authority('Else').issue({ names: ['localhost'] }))).toMatchObject({
        code: 'SSL_UNKNOWN_CA',
      })
      expect(await attempt(server, {}, 'elsewhere')).toMatchObject({ code: 'SSL_HOST_NAME_MISMATCH' })
    } finally {
      vi.unstubAllEnvs()
    }
  })
})
