import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { PooledBuffer } from '../../src/accumulator/bufferPool.ts'
import { BufferPool } from '../../src/accumulator/bufferPool.ts'

/** Buffers that share one slab, two in each, and one in each. */
const size = fc.constantFrom(
  { total: 1000, poolable: 100 },
  { total: 1_000_000, poolable: 100_000 },
  { total: 3_000_000, poolable: 300_000 },
)
/** A thousandth of the total each. */
const step = fc.oneof(
  fc.record({ take: fc.oneof(fc.constant(100), fc.integer({ min: 1, max: 1200 })) }),
  fc.record({ giveBack: fc.nat() }),
)

it('BUF-01 to 03 whatever is taken and given back, what is free and what is out add up, and nothing is out twice', () => {
  fc.assert(
    fc.property(size, fc.array(step, { maxLength: 200 }), ({ total, poolable }, steps) => {
      const pool = new BufferPool(total, poolable)
      const out: PooledBuffer[] = []
      for (const each of steps) {
        if ('take' in each) {
          const free = pool.availableBytes
          const wanted = each.take * (total / 1000)
          const buffer = pool.tryAllocate(wanted)
          expect(buffer === null).toBe(wanted > free)
          if (buffer !== null) {
            expect(out.filter((other) => overlap(other, buffer))).toEqual([])
            expect([buffer.bytes.length, buffer.view.byteLength]).toEqual([wanted, wanted])
            if (buffer.slab >= 0) expect(pool.slabs[buffer.slab]!.buffer).toBe(buffer.bytes.buffer)
            expect(buffer.bytes.byteOffset).toBe(buffer.start)
            out.push(buffer)
          }
        } else if (out.length > 0) {
          const [buffer] = out.splice(each.giveBack % out.length, 1)
          pool.release(buffer!)
        }
        expect(pool.availableBytes).toBe(total - out.reduce((sum, { bytes }) => sum + bytes.length, 0))
      }
      for (const buffer of out) pool.release(buffer)
      expect(pool.availableBytes).toBe(total)
    }),
  )
})

function overlap({ bytes: a }: PooledBuffer, { bytes: b }: PooledBuffer): boolean {
  const apart = a.byteOffset + a.length <= b.byteOffset || b.byteOffset + b.length <= a.byteOffset
  return a.buffer === b.buffer && !apart
}
