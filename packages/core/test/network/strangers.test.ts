import { describe, expect, it } from 'vitest'
import { VirtualClock } from '@posthorn/testkit'
import { createProducer } from '@posthorn/core'
import { countingClock } from '../support/countingClock.ts'
import { watch } from '../support/outcome.ts'
import { foreseeable } from '../support/partitioner.ts'
import type { Script } from '../support/scriptedTransport.ts'
import { scriptedTransport } from '../support/scriptedTransport.ts'
import { bytes } from '../support/text.ts'

/** A producer whose only broker is something else, and what became of its record. */
async function sendTo(script: Script, options: object = {}) {
  const virtual = new VirtualClock()
  const clock = countingClock(virtual)
  const { transport, peers, attempts, aborted } = scriptedTransport(virtual, script)
  const times = { maxBlockMs: 10_000, requestTimeoutMs: 2000, deliveryTimeoutMs: 20_000 }
  const producer = createProducer({
    bootstrapServers: 'broker:9092',
    transport,
    partitioner: foreseeable,
    clock,
    random: () => 0.5,
    ...times,
    ...options,
  })
  const sent = watch(producer.send({ topic: 'orders', value: 'a' }))
  await virtual.advance(9_999)
  expect(sent.state).toBe('pending')
  await virtual.advance(2)
  const runs = clock.runs
  await virtual.runUntil(producer.close())
  await virtual.runUntilIdle()
  expect(clock.pending).toBe(0)
  return { sent, peers, attempts: attempts(), aborted: aborted(), runs }
}

const http = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'

const hungUp = /broker broker:9092 closed the connection when it was asked for its versions: .* or expect TLS$/

describe('a server that is no Kafka broker', () => {
  const strangers: [string, Script, RegExp][] = [
    ['an HTTP server', { onBytes: (peer) => peer.send(bytes(http)) }, /it is an HTTP server/],
    [
      'a TLS port, which answers with an alert',
      { onBytes: (peer) => peer.send(new Uint8Array([0x15, 3, 3, 0, 2, 2, 40])) },
      /TLS alert, so this port probably wants TLS/,
    ],
    ['an SSH server, which speaks first', { onOpen: (peer) => peer.send(bytes('SSH-2.0-OpenSSH')) }, /SSH-/],
    ['one that closes at once', { onOpen: (peer) => peer.close() }, hungUp],
    ['one that resets at once', { onOpen: (peer) => peer.close(new Error('read ECONNRESET')) }, hungUp],
    ['one that closes when it is spoken to', { onBytes: (peer) => peer.close() }, hungUp],
    ['one that never answers', {}, /did not answer ApiVersions in time/],
    ['one that is not there', { connect: () => 'refuse' }, /ECONNREFUSED/],
    [
      'one that sends a frame of no sense',
      { onBytes: (peer) => peer.send(new Uint8Array([0, 0, 0, 6, 0, 0, 0, 1, 7, 7])) },
      /ApiVersions/,
    ],
    [
      'one that claims a frame of two gigabytes',
      { onBytes: (peer) => peer.send(new Uint8Array([0x7f, 0xff, 0xff, 0xff, 1])) },
      /A frame of 2147483647 bytes/,
    ],
    [
      'one that answers another request',
      { onBytes: (peer) => peer.send(new Uint8Array([0, 0, 0, 6, 0, 0, 9, 9, 0, 0])) },
      /answered request 2313 instead of/,
    ],
  ]
  for (const [who, script, why] of strangers) {
    it(`NET-17: ${who}: the send fails in time, says why, and nothing is left`, async () => {
      const { sent, attempts, runs } = await sendTo(script)
      expect(sent.error).toMatchObject({
        name: 'TimeoutError',
        code: 'METADATA_TIMEOUT',
        topic: 'orders',
        retriable: true,
      })
      expect(sent.error?.message).toMatch(/^no metadata of topic orders within 10000 ms \(maxBlockMs\): /)
      expect(sent.error?.message).toMatch(why)
      // Tried again and again, at the pace of the reconnect back-off.
      expect(attempts).toBeGreaterThan(1)
      expect(attempts).toBeLessThan(25)
      expect(runs).toBeLessThan(150)
    })
  }

  it('NET-17 CON-08 that never lets a connection come about is given up after the set-up time-out', async () => {
    const setup = { socketConnectionSetupTimeoutMs: 1000, socketConnectionSetupTimeoutMaxMs: 2000 }
    const { sent, attempts, aborted } = await sendTo({ connect: () => 'silent' }, setup)
    expect(sent.error?.message).toMatch(/no connection to broker:9092 within \d+ ms/)
    // The transport is told each time, so that it leaves nothing open.
    expect(aborted).toBe(attempts)
    expect(attempts).toBeGreaterThan(4)
    expect(attempts).toBeLessThan(10)
  })

  it('API-01 gets nothing but a question for its versions, which says who we are', async () => {
    const { peers } = await sendTo({})
    const [first] = peers
    const request = first!.received()
    expect(request.readInt16BE(4)).toBe(18)
    expect(request.toString('latin1')).toContain('posthorn')
  })
})

it('NET-05 an answer that nobody asked for ends the connection, and the next one is used', async () => {
  const virtual = new VirtualClock()
  const { transport, peers } = scriptedTransport(virtual, {
    onOpen: (peer) => peer.send(new Uint8Array([0, 0, 0, 4, 0, 0, 0, 1])),
  })
  const producer = createProducer({
    bootstrapServers: ['broker:9092'],
    transport,
    partitioner: foreseeable,
    clock: virtual,
    maxBlockMs: 500,
  })
  const sent = watch(producer.send({ topic: 'orders', value: 'a' }))
  await virtual.advance(1000)
  expect(peers[0]?.destroyed).toBeInstanceOf(Error)
  expect(sent.error?.code).toBe('METADATA_TIMEOUT')
  await virtual.runUntil(producer.close())
})
