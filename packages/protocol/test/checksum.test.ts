import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { crc32c } from '../src/index.ts'
import { fromHex, primitiveVectors } from './support/vectors.ts'

describe('crc32c', () => {
  it.each(primitiveVectors('crc32c'))('REC-02 is $value as in Java', ({ value, bytes }) => {
    expect(crc32c.crc32c(fromHex(bytes)) >>> 0).toBe(Number(value))
  })

  it('REC-02 has the check value of the Castagnoli polynomial', () => {
    expect(crc32c.crc32c(new TextEncoder().encode('123456789')) >>> 0).toBe(0xe3069283)
  })

  it('goes on from the checksum of what came before', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
        const before = crc32c.crc32c(bytes.subarray(0, cut))
        expect(crc32c.crc32c(bytes.subarray(cut), before)).toBe(crc32c.crc32c(bytes))
      }),
    )
  })
})
