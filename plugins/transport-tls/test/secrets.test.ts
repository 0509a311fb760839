import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Authority, encryptedKey, pkcs12 } from '../../../tools/certificates/authority.ts'
import { tls, type TlsOptions } from '../src/index.ts'
import { Client, Peer } from './harness.ts'
import { authority, server } from './identities.ts'

const passphrase = 'planted-passphrase'
const mine = authority.issue()
const ca = authority.cert
const kinds: readonly (readonly [string, TlsOptions])[] = [
  ['a key', { ca, ...mine }],
  ['an encrypted key', { ca, cert: mine.cert, key: encryptedKey(mine, passphrase), passphrase }],
  ['a store', { ca, pfx: pkcs12(mine, passphrase), passphrase }],
  ['a function', { credentials: () => ({ ca, ...mine }) }],
]

/** Whether any of the secrets can be seen in a text. */
function leaks(text: string): boolean {
  const keys = [mine.key, encryptedKey(mine, passphrase)].flatMap((pem) =>
    pem.split('\n').filter((line) => line.length > 40),
  )
  return [passphrase, ...keys].some((secret) => text.includes(secret))
}

const everything = {
  depth: Infinity,
  showHidden: true,
  maxStringLength: Infinity,
  maxArrayLength: Infinity,
  getters: true,
}

test('the search would find them', () => {
  expect(leaks(inspect({ ca, ...mine }, everything))).toBe(true)
  expect(leaks(inspect([passphrase]))).toBe(true)
})

describe.each(kinds)('secrets given as %s', (_kind, options) => {
  test('cannot be seen in the plugin, the transport, a connection or its socket', async () => {
    await using peer = await Peer.secure(server)
    const plugin = tls(options)
    using client = new Client(options)
    const { connection } = await client.connect(peer)
    const sockets = process.getActiveResourcesInfo()
    for (const each of [plugin, client.transport, connection, sockets]) {
      expect(leaks(inspect(each, everything))).toBe(false)
      expect(leaks(JSON.stringify([each]))).toBe(false)
    }
  })

  test('are in no error and no log line', async () => {
    const [stranger, elsewhere] = [
      new Authority('Stranger').issue({ names: ['localhost'] }),
      authority.issue({ names: ['b'] }),
    ]
    const peers = [
      await Peer.secure(stranger),
      await Peer.secure(elsewhere),
      await Peer.plain((socket) => socket.end('no')),
    ]
    using client = new Client(options)
    const errors: Error[] = []
    for (const peer of peers) {
      errors.push(await client.refusal(peer))
      await peer[Symbol.asyncDispose]()
    }
    expect(errors.map((error) => 'code' in error)).toEqual([true, true, true])
    expect(leaks(inspect({ errors, lines: client.lines }, everything))).toBe(false)
  })
})
