import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { PooledBuffer } from '../../src/accumulator/bufferPool.ts'
import { BufferPool } from '../../src/accumulator/bufferPool.ts'

const TOTAL = 1000
const POOLABLE = 100

const step = fc.oneof(
  fc.record({ take: fc.oneof(fc.constant(POOLABLE), fc.integer({ min: 1, max: 1200 })) }),
  fc.record({ giveBack: fc.nat() }),
)

it('BUF-01 to 03 whatever is taken and given back, what is free and what is out add up, and nothing is out twice', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const pool = new BufferPool(TOTAL, POOLABLE)
      const out: PooledBuffer[] = []
      for (const each of steps) {
        if ('take' in each) {
          const free = pool.availableBytes
          const buffer = pool.tryAllocate(each.take)
          expect(buffer === null).toBe(each.take > free)
          if (buffer !== null) {
            expect(out).not.toContain(buffer)
            expect(buffer.bytes).toHaveLength(each.take)
            out.push(buffer)
          }
        } else if (out.length > 0) {
          const [buffer] = out.splice(each.giveBack % out.length, 1)
          pool.release(buffer!)
        }
        expect(pool.availableBytes).toBe(TOTAL - out.reduce((sum, { bytes }) => sum + bytes.length, 0))
      }
      for (const buffer of out) pool.release(buffer)
      expect(pool.availableBytes).toBe(TOTAL)
    }),
  )
})
