import { once } from 'node:events'
import type { Socket } from 'node:net'
import { ConfigError, ConnectionError } from '@posthorn/contracts'
import { describe, expect, test, vi } from 'vitest'
import { tcp, type ResolvedAddress } from '../src/index.ts'
import { closing, Harness } from './harness.ts'

const v4 = (...addresses: string[]): ResolvedAddress[] => addresses.map((address) => ({ address, family: 4 }))
const lookup = (): Promise<ResolvedAddress[]> => Promise.resolve(v4('10.0.0.1', '10.0.0.2', '10.0.0.3'))

describe('addresses', () => {
  test('CON-09 each attempt takes the next address of the name', async () => {
    await using harness = await new Harness({ lookup }).start()
    harness.refusing.add('10.0.0.1').add('10.0.0.2')
    await expect(harness.dial('kafka')).rejects.toThrow(ConnectionError)
    await expect(harness.dial('kafka')).rejects.toThrow(ConnectionError)
    await harness.connect(undefined, 'kafka')
    expect(harness.attempts.map(({ host }) => host)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3'])
  })

  test('CON-10, CON-11 after a connection was lost the name is resolved again and the address skipped', async () => {
    let lookups = 0
    await using harness = await new Harness({ lookup: () => (lookups++, lookup()) }).start()
    const { sink, closed } = closing()
    const { connection } = await harness.connect(sink, 'kafka')
    connection.destroy(new Error('lost'))
    await closed
    await harness.connect(undefined, 'kafka')
    expect(harness.attempts.map(({ host }) => host)).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(lookups).toBe(2)
  })

  test('state belongs to one producer', async () => {
    await using one = await new Harness({ lookup }).start()
    await using other = await new Harness({ lookup }).start()
    await one.connect(undefined, 'kafka')
    await other.connect(undefined, 'kafka')
    expect(other.attempts.map(({ host }) => host)).toEqual(['10.0.0.1'])
  })
})

describe('errors', () => {
  test("a refusal is a retriable ConnectionError that names the broker and keeps Node's error", async () => {
    await using harness = await new Harness().start()
    harness.refusing.add('127.0.0.1')
    const refusal = harness.dial('127.0.0.1')
    await expect(refusal).rejects.toBeInstanceOf(ConnectionError)
    await expect(refusal).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      message: 'could not connect to 127.0.0.1:9092: connect ECONNREFUSED 127.0.0.1:1',
      retriable: true,
      broker: '127.0.0.1:9092',
      cause: { code: 'ECONNREFUSED' },
    })
  })

  test('CON-13 a failed lookup is a failed attempt', async () => {
    const failed = Object.assign(new Error('getaddrinfo ENOTFOUND kafka'), { code: 'ENOTFOUND' })
    await using harness = new Harness({ lookup: () => Promise.reject(failed) })
    await expect(harness.dial('kafka')).rejects.toMatchObject({
      code: 'NAME_NOT_RESOLVED',
      message: 'could not connect to kafka:9092: getaddrinfo ENOTFOUND kafka',
      retriable: true,
      cause: failed,
    })
  })

  test('CON-15 bootstrap names become the canonical names of their addresses, one per attempt; other names stay', async () => {
    const asked: string[] = []
    const addresses: Record<string, string[]> = { kafka: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] }
    const names: Record<string, string[]> = { '10.0.0.1': ['one.example'], '10.0.0.2': ['two.example', 'alias'] }
    await using harness = await new Harness({
      clientDnsLookup: 'resolve_canonical_bootstrap_servers_only',
      lookup: (host) => {
        asked.push(host)
        return Promise.resolve((addresses[host] ?? [`ip of ${host}`]).map((address) => ({ address, family: 4 })))
      },
      reverse: (address) =>
        names[address] === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(names[address]),
    }).start()
    for (let i = 0; i < 4; i++) await harness.dial('kafka', undefined, undefined, 'bootstrap')
    await harness.dial('kafka')
    // The third has no name and stands for itself; then the name is resolved again.
    expect(harness.attempts.map(({ host }) => host)).toEqual([
      'ip of one.example',
      'ip of two.example',
      '10.0.0.3',
      'ip of one.example',
      '10.0.0.1',
    ])
    expect(asked).toEqual(['kafka', 'one.example', 'two.example', 'kafka', 'one.example', 'kafka'])
    expect(() => new Harness({ clientDnsLookup: 'default' as never })).toThrow(/clientDnsLookup must be/)
  })

  test('an IPv6 address is written in brackets', async () => {
    await using harness = new Harness({
      connect: () => {
        throw new Error('no IPv6 here')
      },
    })
    await expect(harness.dial('::1')).rejects.toMatchObject({
      broker: '[::1]:9092',
      message: 'could not connect to [::1]:9092: no IPv6 here',
    })
  })

  test("a lost connection ends with Node's error and its code", async () => {
    await using harness = await new Harness().start()
    const { sink, closed } = closing()
    const { connection, peer } = await harness.connect(sink)
    peer.resetAndDestroy()
    connection.write([new Uint8Array(1)], () => {})
    const error = await closed
    expect(error).toBeInstanceOf(Error)
    expect(['ECONNRESET', 'EPIPE']).toContain((error as NodeJS.ErrnoException).code)
  })

  test('an abort while the name is looked up rejects at once, and the lookup serves the next attempt', async () => {
    const found = Promise.withResolvers<ResolvedAddress[]>()
    let lookups = 0
    await using harness = await new Harness({ lookup: () => (lookups++, found.promise) }).start()
    const abort = new AbortController()
    const attempt = harness.dial('kafka', undefined, abort.signal)
    const reason = new Error('no more')
    abort.abort(reason)
    await expect(attempt).rejects.toBe(reason)
    expect(harness.attempts).toEqual([])
    const next = harness.connect(undefined, 'kafka')
    found.resolve(v4('10.0.0.1', '10.0.0.2'))
    await next
    expect(lookups).toBe(1)
  })
})

describe('sockets', () => {
  test('NET-18 they use keep-alive and no Nagle delay', async () => {
    await using harness = await new Harness({ keepAliveInitialDelayMs: 60_000 }).start()
    await harness.connect()
    expect(harness.attempts[0]).toMatchObject({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 })
  })

  test("a write is one gathered call with the caller's own memory and one callback", async () => {
    await using harness = await new Harness().start()
    const { connection } = await harness.connect()
    const [socket] = harness.sockets
    // Typed as optional: what it is given, Node replaces by the chunks themselves while it works.
    const gathered = vi.spyOn(socket as Required<Socket>, '_writev')
    const single = vi.spyOn(socket!, '_write')
    const chunks = [1, 2, 3].map((length) => new Uint8Array(length))
    let released = 0
    await new Promise<void>((resolve) => {
      connection.write(chunks, () => {
        released++
        resolve()
      })
    })
    expect(released).toBe(1)
    expect(single).not.toHaveBeenCalled()
    expect(gathered).toHaveBeenCalledOnce()
    const sent = gathered.mock.calls[0]![0] as unknown as readonly Uint8Array[]
    expect(sent.map(({ length }) => length)).toEqual([1, 2, 3])
    for (const [i, chunk] of sent.entries()) expect(chunk.buffer).toBe(chunks[i]!.buffer)
  })

  test('a write above the mark that the system takes at once asks for no pause', async () => {
    await using harness = await new Harness().start()
    const { connection, peer } = await harness.connect()
    peer.resume()
    expect(harness.sockets[0]!.writableHighWaterMark).toBeLessThan(100_000)
    expect(connection.write([new Uint8Array(100_000)], () => {})).toBe(true)
  })

  test('NET-21 bytes that arrived before a remote close are delivered first', async () => {
    await using harness = await new Harness().start()
    const { sink, closed } = closing()
    let length = 0
    const { peer } = await harness.connect({
      ...sink,
      onData: (chunk) => {
        length += chunk.length
      },
    })
    peer.end(new Uint8Array(300_000))
    expect(await closed).toBeNull()
    expect(length).toBe(300_000)
  })

  test('what arrives is read into one buffer for each connection', async () => {
    await using harness = await new Harness().start()
    const memory = new Set<ArrayBufferLike>()
    const read = Promise.withResolvers<undefined>()
    let length = 0
    const { peer } = await harness.connect({
      onData: (chunk) => {
        memory.add(chunk.buffer)
        length += chunk.length
        if (length === 500_000) read.resolve(undefined)
      },
      onDrain: () => {},
      onClose: () => {},
    })
    peer.write(new Uint8Array(500_000))
    await read.promise
    expect(memory.size).toBe(1)
  })

  test('after end the peer has endTimeoutMs to end too, then the connection is over', async () => {
    await using harness = await new Harness().start()
    const { sink, closed } = closing()
    const { connection, peer } = await harness.connect(sink)
    const scheduled = once(harness.server, 'scheduled')
    peer.resume()
    connection.end()
    await scheduled
    for (const task of harness.tasks) task()
    expect(await closed).toBeNull()
    expect(harness.tasks.size).toBe(0)
  })

  test('a peer that ends in time leaves no timer', async () => {
    await using harness = await new Harness().start()
    const { sink, closed } = closing()
    const { connection, peer } = await harness.connect(sink)
    peer.resume().on('end', () => peer.end())
    connection.end()
    expect(await closed).toBeNull()
    expect(harness.tasks.size).toBe(0)
  })
})

test.each([
  [
    { keepAliveInitialDelayMs: -1 },
    'tcp: keepAliveInitialDelayMs must be an integer from 0 to 2147483647 (ms); got -1',
  ],
  [{ endTimeoutMs: 1.5 }, 'tcp: endTimeoutMs must be an integer from 0 to 2147483647 (ms); got 1.5'],
])('%j is refused, with its range', (options, message) => {
  expect(() => tcp(options)).toThrow(ConfigError)
  expect(() => tcp(options)).toThrow(message)
})
