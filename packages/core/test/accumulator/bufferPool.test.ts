import { describe, expect, it } from 'vitest'
import { BufferPool, unaccountedBuffer } from '../../src/accumulator/bufferPool.ts'

describe('the buffer pool', () => {
  it('BUF-01 refuses what is more than it has left, and takes nothing for it', () => {
    const pool = new BufferPool(1000, 100)
    expect(pool.tryAllocate(1001)).toBeNull()
    expect(pool.tryAllocate(600)).not.toBeNull()
    expect(pool.tryAllocate(401)).toBeNull()
    expect(pool.availableBytes).toBe(400)
  })

  it('BUF-02 gives out again the memory of pooled size that came back, and no other', () => {
    const pool = new BufferPool(1000, 100)
    const pooled = pool.tryAllocate(100)!
    const other = pool.tryAllocate(150)!
    pool.release(pooled)
    pool.release(other)
    expect(pool.tryAllocate(150)).not.toBe(other)
    expect(pool.tryAllocate(100)).toBe(pooled)
    expect(pool.tryAllocate(100)).not.toBe(pooled)
  })

  it('gives exactly the size asked for, with a view of the same memory', () => {
    const { bytes, view } = new BufferPool(1000, 100).tryAllocate(123)!
    expect(bytes).toHaveLength(123)
    view.setInt32(4, 0x01020304)
    expect([...bytes.subarray(4, 8)]).toEqual([1, 2, 3, 4])
  })

  it('BUF-03 never holds more memory than its total: what is kept makes way for another size', () => {
    const pool = new BufferPool(1000, 100)
    const all = Array.from({ length: 10 }, () => pool.tryAllocate(100)!)
    for (const buffer of all) pool.release(buffer)
    const large = pool.tryAllocate(950)!
    // Ten of 100 bytes were kept; if any still were, more than 1000 bytes would be held.
    pool.release(large)
    const again = Array.from({ length: 10 }, () => pool.tryAllocate(100)!)
    expect(again.filter((buffer) => all.includes(buffer))).toHaveLength(0)
  })

  it('BUF-03 lets go of slabs that nobody uses, and keeps what it has of the others', () => {
    const [slab, half] = [200_000, 100_000]
    const pool = new BufferPool(2 * slab, half)
    const all = Array.from({ length: 4 }, () => pool.tryAllocate(half)!)
    for (const buffer of all.slice(0, 3)) pool.release(buffer)
    const large = pool.tryAllocate(half + 1)!
    expect(pool.slabs.map((bytes) => bytes.length)).toEqual([0, slab])
    // The third shares a slab with the fourth, which is in use; after it a new slab takes the place of the old one.
    expect(pool.tryAllocate(half)).toBe(all[2])
    pool.release(large)
    expect(all).not.toContain(pool.tryAllocate(half))
    expect(pool.slabs.map((bytes) => bytes.length)).toEqual([slab, slab])
  })

  it('SPL-08 neither counts nor keeps memory that never came from it', () => {
    const pool = new BufferPool(1000, 100)
    const foreign = unaccountedBuffer(100)
    pool.release(foreign)
    expect(pool.availableBytes).toBe(1000)
    expect(pool.tryAllocate(100)).not.toBe(foreign)
  })

  it('BUF-09 accounts for nothing when the memory cannot be had', () => {
    const pool = new BufferPool(Number.MAX_SAFE_INTEGER, 100)
    expect(() => pool.tryAllocate(Number.MAX_SAFE_INTEGER)).toThrow(RangeError)
    expect(pool.availableBytes).toBe(Number.MAX_SAFE_INTEGER)
  })
})
