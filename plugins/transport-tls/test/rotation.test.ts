import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { Authority } from '../../../tools/certificates/authority.ts'
import type { TlsCredentials } from '../src/index.ts'
import { Client, Peer } from './harness.ts'
import { authority, server } from './identities.ts'

const ca = authority.cert
const [first, second] = [authority.issue({ commonName: 'first' }), authority.issue({ commonName: 'second' })]
const asking = { ...server, ca, requestCert: true, rejectUnauthorized: false }

/** Connects, has the peer say something so that its session arrives, and hangs up. */
async function visit(client: Client, peer: Peer, host = 'localhost'): Promise<{ resumed: boolean; whom: string }> {
  const arrived = Promise.withResolvers<undefined>()
  const closed = Promise.withResolvers<Error | null>()
  const sink = { onData: () => arrived.resolve(undefined), onDrain: () => {}, onClose: closed.resolve }
  const secured = once(peer.server, 'secureConnection')
  const connection = await client.dial(peer, sink, host)
  await secured
  const socket = peer.secured.at(-1)!
  socket.write('hello')
  await arrived.promise
  connection.destroy(new Error('seen'))
  await closed.promise
  const { subject } = socket.getPeerCertificate() as { subject?: { CN: string } }
  return { resumed: socket.isSessionReused(), whom: subject?.CN ?? 'nobody' }
}

describe('credentials that a function gives', () => {
  test('are asked for anew for each connection, so that new ones need no restart', async () => {
    await using peer = await Peer.secure(asking)
    const given: TlsCredentials[] = [{ ca, ...first }, { ca, ...second }, { ca }]
    using client = new Client({ credentials: () => given.shift()! })
    expect([await visit(client, peer), await visit(client, peer), await visit(client, peer)]).toEqual([
      { resumed: false, whom: 'first' },
      { resumed: false, whom: 'second' },
      { resumed: false, whom: 'nobody' },
    ])
  })

  test('may come later, but not after the attempt was given up', async () => {
    await using peer = await Peer.secure(asking)
    const given = Promise.withResolvers<TlsCredentials>()
    using client = new Client({ credentials: () => given.promise })
    const abort = new AbortController()
    const sink = { onData: () => {}, onDrain: () => {}, onClose: () => {} }
    const [slow, givenUp] = [client.dial(peer, sink), client.dial(peer, sink, 'localhost', abort.signal)]
    const reason = new Error('too long')
    abort.abort(reason)
    await expect(givenUp).rejects.toBe(reason)
    given.resolve({ ca, ...first })
    await slow
  })

  test('a function that fails is asked again by the next attempt', async () => {
    await using peer = await Peer.secure(asking)
    const down = new Error('the vault is down')
    const answers = [() => Promise.reject(down), (): TlsCredentials => ({ ca })]
    using client = new Client({ credentials: () => answers.shift()!() })
    const error = await client.refusal(peer)
    expect(error).toMatchObject({ code: 'SSL_CREDENTIALS_UNAVAILABLE', retriable: true, cause: down })
    expect(error.name).toBe('ConnectionError')
    await client.connect(peer)
  })

  test.each([
    ['no object', 'secret', 'expected an object with ca, cert, key, pfx or passphrase; got a string'],
    ['a key without its certificate', { key: first.key }, 'cert and key must be given together; got only key'],
    ['a key of another certificate', { cert: first.cert, key: second.key }, 'key does not belong to the first'],
    ['what is no authority', { ca: 'no PEM' }, 'ca must be PEM'],
  ])('%s is an error that nobody tries again after', async (_what, given, message) => {
    await using peer = await Peer.secure(asking)
    using client = new Client({ credentials: () => given as TlsCredentials })
    const error = await client.refusal(peer)
    expect(error).toMatchObject({ name: 'AuthenticationError', code: 'SSL_CREDENTIALS_INVALID', retriable: false })
    expect(error.message).toContain(message)
  })
})

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('sessions of %s', (maxVersion) => {
  test('are resumed as long as the credentials are the same, to the byte', async () => {
    await using peer = await Peer.secure({ ...asking, maxVersion })
    const key = first.key
    const given = [key, key, Buffer.from(key), `${key}\n`]
    using client = new Client({ credentials: () => ({ ca, cert: first.cert, key: given.shift()! }) })
    const resumed = [false, true, true, false]
    // Each resumed session has given way to the one that came of it.
    for (const each of resumed) expect(await visit(client, peer)).toEqual({ resumed: each, whom: 'first' })
  })

  test('belong to one name: what was checked for one is not taken for another', async () => {
    const both = authority.issue({ names: ['one.example', 'two.example'] })
    await using peer = await Peer.secure({ ...asking, ...both, maxVersion })
    using client = new Client()
    const hosts = ['one.example', 'two.example', 'one.example', 'two.example']
    const visits: boolean[] = []
    for (const host of hosts) visits.push((await visit(client, peer, host)).resumed)
    expect(visits).toEqual([false, false, true, true])
  })

  test('end with the certificate that was checked when they began', async () => {
    const short = authority.issue({ names: ['localhost'], validTo: new Date(Date.now() + 3_600_000) })
    await using peer = await Peer.secure({ ...asking, ...short, maxVersion })
    using client = new Client()
    await visit(client, peer)
    expect((await visit(client, peer)).resumed).toBe(true)
    client.nowMs += 3_600_000
    expect((await visit(client, peer)).resumed).toBe(false)
  })

  test('are not shared by producers, and not kept at all when nobody wants them', async () => {
    await using peer = await Peer.secure({ ...asking, maxVersion })
    using one = new Client()
    using other = new Client()
    await visit(one, peer)
    expect((await visit(other, peer)).resumed).toBe(false)
    using without = new Client({ sessionResumption: false })
    await visit(without, peer)
    expect((await visit(without, peer)).resumed).toBe(false)
  })

  test('of a broker that got a new certificate are not in its way', async () => {
    await using peer = await Peer.secure({ ...asking, maxVersion })
    using client = new Client()
    await visit(client, peer)
    const renewed = authority.issue({ names: ['localhost'], commonName: 'renewed' })
    ;(peer.server as unknown as { setSecureContext(options: object): void }).setSecureContext({
      ...renewed,
      maxVersion,
    })
    await visit(client, peer)
    const stranger = new Authority('Stranger').issue({ names: ['localhost'] })
    ;(peer.server as unknown as { setSecureContext(options: object): void }).setSecureContext({
      ...stranger,
      maxVersion,
    })
    expect(await client.refusal(peer)).toMatchObject({ code: 'SSL_UNKNOWN_CA' })
  })
})
