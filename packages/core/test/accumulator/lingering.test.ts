import { describe, expect, it } from 'vitest'
import { ProducerBatch } from '../../src/accumulator/batch.ts'
import { unaccountedBuffer } from '../../src/accumulator/bufferPool.ts'
import { Lingering } from '../../src/accumulator/lingering.ts'
import { PartitionQueue } from '../../src/accumulator/partitionQueue.ts'

const orders = new PartitionQueue('orders', 0, 0)

function batch(createdMs: number): ProducerBatch {
  return new ProducerBatch(orders, unaccountedBuffer(0), createdMs)
}

describe('batches that linger', () => {
  it('ACC-04 are taken when lingerMs has passed, not a moment before, oldest first', () => {
    const lingering = new Lingering(5)
    const [a, b] = [batch(10), batch(12)]
    lingering.add(a)
    lingering.add(b)
    expect(lingering.nextDeadline()).toBe(15)
    expect(lingering.take(14.9)).toBeNull()
    expect(lingering.take(15)).toBe(a)
    expect(lingering.take(15)).toBeNull()
    expect(lingering.nextDeadline()).toBe(17)
    expect(lingering.take(17)).toBe(b)
    expect(lingering.nextDeadline()).toBe(Infinity)
  })

  it('forget those that were drained meanwhile', () => {
    const lingering = new Lingering(5)
    const [a, b] = [batch(10), batch(12)]
    lingering.add(a)
    lingering.add(b)
    a.queued = false
    expect(lingering.nextDeadline()).toBe(17)
    expect(lingering.take(100)).toBe(b)
  })

  it('are all there again after everything was taken at once, as a flush does', () => {
    const lingering = new Lingering(5)
    lingering.add(batch(10))
    expect(lingering.take(Infinity)).not.toBeNull()
    // A flush asks until there is nothing more; asking for nothing must leave no trace.
    for (let i = 0; i < 3; i++) expect(lingering.take(Infinity)).toBeNull()
    const [a, b] = [batch(20), batch(21)]
    lingering.add(a)
    lingering.add(b)
    expect(lingering.nextDeadline()).toBe(25)
    expect([lingering.take(30), lingering.take(30), lingering.take(30)]).toEqual([a, b, null])
  })

  it('keep their order over thousands that come and go', () => {
    const lingering = new Lingering(5)
    const taken: number[] = []
    for (let now = 0; now < 5000; now++) {
      lingering.add(batch(now))
      for (let next = lingering.take(now); next !== null; next = lingering.take(now)) taken.push(next.createdMs)
    }
    expect(taken).toEqual(Array.from({ length: 4995 }, (_, i) => i))
  })
})
