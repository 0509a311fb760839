import { createCluster } from '@posthorn/testkit'
import { ConfigError, createProducer, tls, type ProducerOptions } from 'posthorn'
import { describe, expect, test } from 'vitest'
import { Authority } from '../../../tools/certificates/authority.ts'

const authority = new Authority()
const ca = authority.cert
const server = authority.issue({ names: ['127.0.0.1'] })
const mine = authority.issue({ commonName: 'mine' })
const values = Array.from({ length: 500 }, (_, i) => `value ${i}`)

/** Sends all values, and tells what is stored. */
async function deliver(listener: object, options: Omit<ProducerOptions, 'bootstrapServers'>): Promise<string[]> {
  await using cluster = createCluster({ brokers: 2, topics: { orders: 4 } })
  await cluster.listen({ tls: { ...server, ...listener } })
  await using producer = createProducer({ bootstrapServers: cluster.bootstrapServers, maxBlockMs: 10_000, ...options })
  await Promise.all(values.map((value) => producer.send({ topic: 'orders', value })))
  return cluster.records('orders').map(({ value }) => new TextDecoder().decode(value))
}

describe('createProducer({ tls })', () => {
  test.each([
    ['the option', {}, { tls: { ca } }],
    ['the plugin', {}, { transport: tls({ ca }) }],
    ['a certificate of our own', { clientAuth: 'required', ca }, { tls: { ca, ...mine } }],
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }, { tls: { ca } }],
  ])('delivers over TLS with %s', async (_what, listener, options) => {
    expect((await deliver(listener, options)).sort()).toEqual([...values].sort())
  })

  test('TLS-03: MDT-17: sends that wait end at once when a broker demands a certificate and there is none', async () => {
    const refused = deliver({ clientAuth: 'required', ca }, { tls: { ca }, maxBlockMs: 1e9 })
    await expect(refused).rejects.toMatchObject({ code: 'SSL_CLIENT_CERTIFICATE_REQUIRED', action: 'fix' })
  })

  test('MDT-17: sends that wait end at once when the broker is not trusted, as with `true` and an authority of one’s own', async () => {
    const refused = deliver({}, { tls: true, maxBlockMs: 1e9 })
    await expect(refused).rejects.toMatchObject({ code: 'SSL_UNKNOWN_CA', action: 'fix' })
  })

  test('goes on when certificates are replaced, the broker’s and ours', async () => {
    await using cluster = createCluster({ topics: { orders: 1 } })
    await cluster.listen({ tls: { ...server, clientAuth: 'required', ca } })
    let own = mine
    let asked = 0
    const credentials = () => {
      asked++
      return { ca: next.cert + ca, ...own }
    }
    const next = new Authority('The next authority')
    await using producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      tls: { credentials },
      lingerMs: 0,
    })
    for (const value of values.slice(0, 50)) await producer.send({ topic: 'orders', value })
    const before = asked
    own = next.issue({ commonName: 'mine' })
    cluster.renewTls({ ...next.issue({ names: ['127.0.0.1'] }), clientAuth: 'required', ca: next.cert })
    // Connections that are open go on; only new ones meet what is new.
    for (const value of values.slice(50, 100)) await producer.send({ topic: 'orders', value })
    expect(asked).toBe(before)
    cluster.cutConnections()
    for (const value of values.slice(100, 150)) await producer.send({ topic: 'orders', value })
    expect(asked).toBeGreaterThan(before)
    const stored = cluster.records('orders').map(({ value }) => new TextDecoder().decode(value))
    expect(stored).toEqual(values.slice(0, 150))
  })

  test.each([
    [{ tls: false }, 'tls: expected true or an object of options, or none for plain TCP; received false'],
    [{ tls: 'planted' }, 'tls: expected true or an object of options, or none for plain TCP; received a string'],
    [{ tls: { ca: 'planted' } }, /^tls: ca must be PEM/],
    [{ tls: true, transport: tls() }, 'tls: expected not to be set together with transport'],
  ])('refuses nonsense (%#)', (options, message) => {
    const make = (): unknown => createProducer({ bootstrapServers: 'b:1', ...options } as ProducerOptions)
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
    expect(make).not.toThrow(/planted/)
  })

  test('types refuse nonsense', () => {
    const given: readonly ProducerOptions[] = [
      { bootstrapServers: 'b:1', tls: true },
      { bootstrapServers: 'b:1', tls: { pfx: new Uint8Array(1), passphrase: 'x' } },
      // @ts-expect-error -- whether it is encrypted is said by leaving it out
      { bootstrapServers: 'b:1', tls: false },
      // @ts-expect-error -- a certificate without its key
      { bootstrapServers: 'b:1', tls: { cert: 'x' } },
      // @ts-expect-error -- a store and a key
      { bootstrapServers: 'b:1', tls: { pfx: new Uint8Array(1), key: 'x' } },
      // @ts-expect-error -- credentials twice
      { bootstrapServers: 'b:1', tls: { credentials: () => ({}), ca: 'x' } },
      // @ts-expect-error -- certificates are always checked
      { bootstrapServers: 'b:1', tls: { rejectUnauthorized: false } },
      // @ts-expect-error -- only `true`
      { bootstrapServers: 'b:1', tls: { dangerouslyAcceptAnyHostName: false } },
    ]
    expect(given).toHaveLength(8)
  })
})
