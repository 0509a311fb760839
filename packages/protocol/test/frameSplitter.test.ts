import { ProtocolError } from '@posthorn/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { FrameSplitter } from '../src/index.ts'

function framed(...bodies: Uint8Array[]): Uint8Array {
  const bytes = bodies.flatMap((body) => [0, 0, body.length >> 8, body.length & 255, ...body])
  return Uint8Array.from(bytes)
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function refusal(bytes: Uint8Array, splitter = new FrameSplitter(1000)): ProtocolError {
  try {
    splitter.push(bytes, () => undefined)
  } catch (error) {
    if (error instanceof ProtocolError) return error
  }
  throw new Error('was not refused')
}

describe('FrameSplitter', () => {
  it('finds the frames again however the bytes are cut', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 5 })
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(50), { minLength: 1 }), (frames, cuts) => {
        const bytes = framed(...frames)
        const splitter = new FrameSplitter(400)
        const found: Uint8Array[] = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = (cuts[i % cuts.length] ?? 0) + 1
          const chunk = bytes.slice(at, at + size)
          splitter.push(chunk, (frame) => found.push(frame.slice()))
          // The transport may reuse the memory of a chunk at once.
          chunk.fill(0xee)
          at += size
        }
        expect(found).toEqual(frames)
        expect(splitter.pendingBytes).toBe(0)
      }),
    )
  })

  it('copies only a frame that spans chunks', () => {
    const chunk = framed(ascii('one'), ascii('two'), ascii('three'))
    const found: Uint8Array[] = []
    const splitter = new FrameSplitter()
    splitter.push(chunk.subarray(0, 20), (frame) => found.push(frame))
    splitter.push(chunk.subarray(20), (frame) => found.push(frame))
    expect(found.map((frame) => frame.buffer === chunk.buffer)).toEqual([true, true, false])
    expect(found.map((frame) => new TextDecoder().decode(frame))).toEqual(['one', 'two', 'three'])
  })

  it('does not allocate what a length alone claims', () => {
    const splitter = new FrameSplitter(0x7fffffff)
    splitter.push(Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 1, 2, 3), () => undefined)
    expect(splitter.pendingBytes).toBe(7)
    expect((splitter as unknown as { held: Uint8Array }).held.length).toBeLessThanOrEqual(64 * 1024)
  })

  it.each([
    ['longer than the limit', Uint8Array.of(0, 0, 3, 233), 'A frame of 1001 bytes; the limit is 1000'],
    ['of negative length', Uint8Array.of(255, 255, 255, 255), 'A frame of -1 bytes; the limit is 1000'],
  ])('refuses a frame %s', (_, bytes, message) => {
    expect(refusal(bytes)).toMatchObject({ code: 'INVALID_FRAME', message })
  })

  it('hands out the frames before a fault', () => {
    const found: number[] = []
    const bytes = Uint8Array.from([...framed(ascii('good')), 255, 0, 0, 0])
    expect(() => new FrameSplitter().push(bytes, (frame) => found.push(frame.length))).toThrow(ProtocolError)
    expect(found).toEqual([4])
  })

  it.each([
    ['an HTTP server', ascii('HTTP/1.1 400 Bad Request\r\n'), 'NOT_KAFKA', /HTTP server/],
    [
      'a TLS alert',
      Uint8Array.of(0x15, 3, 3, 0, 2, 2, 80),
      'SSL_EXPECTED',
      /TLS alert, so this port probably wants TLS/,
    ],
    ['a TLS handshake', Uint8Array.of(0x16, 3, 1, 0, 5), 'SSL_EXPECTED', /TLS handshake/],
    ['another server that sends text', ascii('220 mail.example ESMTP'), 'NOT_KAFKA', /text that begins with '220 '/],
  ])('says what the peer probably is: %s', (_, bytes, code, message) => {
    for (const splitter of [new FrameSplitter(1000), new FrameSplitter(0x7fffffff)]) {
      expect(refusal(bytes, splitter)).toMatchObject({ code })
    }
    expect(refusal(bytes).message).toMatch(message)
  })
})
