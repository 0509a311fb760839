import { ProtocolError } from '@posthorn/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { apis, direction, type Direction } from './support/apis.ts'
import { fromHex, messageVectors } from './support/vectors.ts'

/** Decodes, and lets nothing out but a result or the right error. */
function attempt(way: Direction, bytes: Uint8Array, version: number, kind: string): unknown {
  try {
    return way.decode(bytes, version)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    expect(error.code).toBe(kind === 'request' ? 'MALFORMED_REQUEST' : 'MALFORMED_RESPONSE')
    return undefined
  }
}

describe.each(apis)('REC-15 $name takes every byte as hostile', (api) => {
  const vectors = messageVectors(api.name)
  const name = new RegExp(`^${api.name} v\\d+ (request|response): .* at offset \\d+ of \\d+$`)

  it('refuses a body that is cut off anywhere, naming API, version and offset', () => {
    for (const { kind, version, bytes: hex } of vectors) {
      const bytes = fromHex(hex)
      const way = direction(api, kind)
      for (let length = 0; length < bytes.length; length++) {
        expect(() => way.decode(bytes.subarray(0, length), version)).toThrow(name)
      }
    }
  })

  it('survives changed bytes', () => {
    const change = fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(0, 0x7f, 0x80, 0xff), fc.nat(255)))
    fc.assert(
      fc.property(fc.constantFrom(...vectors), fc.array(change, { minLength: 1, maxLength: 6 }), (vector, changes) => {
        const bytes = fromHex(vector.bytes)
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
        attempt(direction(api, vector.kind), bytes, vector.version, vector.kind)
      }),
      { numRuns: 1000 },
    )
  })

  it('survives noise', () => {
    fc.assert(
      fc.property(fc.constantFrom(...vectors), fc.uint8Array({ maxLength: 120 }), ({ kind, version }, bytes) => {
        attempt(direction(api, kind), bytes, version, kind)
      }),
      { numRuns: 500 },
    )
  })

  it('allocates no more than the bytes could hold', () => {
    const huge = [
      fromHex('7fffffff'.repeat(8)),
      fromHex('feffffff07'.repeat(8)),
      fromHex('00'.repeat(9) + '7fffffff'.repeat(4)),
    ]
    for (const { kind, version } of vectors) {
      for (const bytes of huge) attempt(direction(api, kind), bytes, version, kind)
    }
  })
})
