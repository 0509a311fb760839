import { AuthenticationError, ConnectionError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { Client, Peer } from './harness.ts'
import { server } from './identities.ts'

describe('versions', () => {
  test.each([
    ['TLSv1.3', {}],
    ['TLSv1.2', { maxVersion: 'TLSv1.2' }],
  ] as const)('TLS-02: %s is spoken with a server of its kind', async (version, serverOptions) => {
    await using peer = await Peer.secure({ ...server, ...serverOptions })
    using client = new Client()
    await client.connect(peer)
    expect(client.lines.find(({ message }) => message === 'secured')?.fields).toMatchObject({ version })
  })

  test.each([
    ['TLS 1.1 alone', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' }, {}],
    ['TLS 1.3 alone, and we do not', { minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2' }],
    ['TLS 1.2 alone, and we do not', { maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }],
  ] as const)('TLS-02: a server of %s is refused for good', async (_what, serverOptions, options) => {
    await using peer = await Peer.secure({ ...server, ...serverOptions })
    using client = new Client(options)
    const error = await client.refusal(peer)
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ code: 'SSL_NO_COMMON_VERSION', retriable: false })
  })

  test('TLS-02: without a cipher in common the handshake fails', async () => {
    const ofServer = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-GCM-SHA384' } as const
    await using peer = await Peer.secure({ ...server, ...ofServer })
    using client = new Client({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' })
    expect(await client.refusal(peer)).toBeInstanceOf(AuthenticationError)
    using other = new Client({ ciphers: ofServer.ciphers })
    await other.connect(peer)
  })
})

describe('a handshake that does not come to its end', () => {
  test.each([
    ['ends it without a word', (socket: { end(): void }) => socket.end()],
    ['resets it', (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy()],
  ] as const)('TLS-04: a peer that %s is tried again', async (_what, act) => {
    await using peer = await Peer.plain((socket) => socket.once('data', () => act(socket)))
    using client = new Client()
    const error = await client.refusal(peer)
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ code: 'SSL_HANDSHAKE_INTERRUPTED', retriable: true })
    expect(error.message).toContain('PLAINTEXT')
  })

  test('a port that answers something else is told apart', async () => {
    await using peer = await Peer.plain((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n')),
    )
    using client = new Client()
    const error = await client.refusal(peer)
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ code: 'SSL_NOT_SPOKEN' })
    expect(error.message).toContain('does not speak TLS')
  })

  test('a port where nobody listens is none of TLS’s errors', async () => {
    const peer = await Peer.secure(server)
    const { port } = peer
    await peer[Symbol.asyncDispose]()
    using client = new Client()
    const to = { host: 'localhost', port, purpose: 'broker', nodeId: 1 } as const
    const sink = { onData: () => {}, onDrain: () => {}, onClose: () => {} }
    const attempt = client.transport.connect(to, sink, new AbortController().signal)
    await expect(attempt).rejects.toMatchObject({ code: 'CONNECTION_FAILED', cause: { code: 'ECONNREFUSED' } })
  })

  test('a peer that says nothing is given up with the signal', async () => {
    const arrived = Promise.withResolvers<undefined>()
    await using peer = await Peer.plain((socket) => socket.once('data', () => arrived.resolve(undefined)))
    using client = new Client()
    const abort = new AbortController()
    const sink = { onData: () => {}, onDrain: () => {}, onClose: () => {} }
    const attempt = client.dial(peer, sink, 'localhost', abort.signal)
    await arrived.promise
    const reason = new Error('too long')
    abort.abort(reason)
    await expect(attempt).rejects.toBe(reason)
  })
})

describe('what was decrypted', () => {
  test('TLS-08: is delivered without waiting for more, and a remote end does not lose it', async () => {
    await using peer = await Peer.secure(server)
    using client = new Client()
    let bytes = 0
    const { promise: closed, resolve } = Promise.withResolvers<Error | null>()
    const some = Promise.withResolvers<undefined>()
    const sink = {
      onData: (chunk: Uint8Array) => {
        bytes += chunk.length
        if (bytes >= 40_000) some.resolve(undefined)
      },
      onDrain: () => {},
      onClose: resolve,
    }
    const secured = new Promise((done) => peer.server.once('secureConnection', done))
    await client.dial(peer, sink)
    await secured
    const [socket] = peer.secured
    socket!.write(new Uint8Array(40_000))
    await some.promise
    socket!.end(new Uint8Array(300_000))
    expect(await closed).toBeNull()
    expect(bytes).toBe(340_000)
  })
})
