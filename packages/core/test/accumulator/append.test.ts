import { describe, expect, it } from 'vitest'
import { AnswerKind } from '../../src/accumulator/answers.ts'
import { accumulation, nobody, store } from '../support/accumulation.ts'
import { PartitionQueue } from '../../src/accumulator/partitionQueue.ts'

describe('appending', () => {
  it('ACC-01 fills the newest batch of a partition, and opens another when there is no room', () => {
    const { queue, append } = accumulation({ batchSize: 200 })
    const orders = queue()
    const first = append(orders, 50)
    expect(append(orders, 50)).toBe(first)
    const second = append(orders, 50)
    expect(second).not.toBe(first)
    expect(first?.state).toBe('closed')
    expect(orders.batches).toEqual([first, second])
  })

  it('ACC-02 a record larger than batchSize gets a batch of its own with as much memory as it needs', () => {
    const { queue, append, accumulator } = accumulation({ batchSize: 200 })
    const batch = append(queue(), 5000)
    expect(batch?.recordCount).toBe(1)
    expect(batch?.recordBytes).toBeGreaterThan(5000)
    expect(accumulator.pool.availableBytes).toBeLessThan(5000)
  })

  it('REC-13 the first record of a batch fits at any size from 0 bytes to far beyond batchSize', () => {
    for (let size = 0; size < 400; size++) {
      const { queue, append } = accumulation({ batchSize: 100 })
      const batch = append(queue(), size)
      expect(batch?.recordCount, `${size} bytes`).toBe(1)
    }
  })

  it('ACC-24 with batchSize 0 every record is a batch', () => {
    const { queue, append, listed } = accumulation({ batchSize: 0 })
    const orders = queue()
    for (let i = 0; i < 3; i++) append(orders)
    expect(orders.batches.map(({ recordCount }) => recordCount)).toEqual([1, 1, 1])
    expect(listed()).toBe(1)
  })

  it('BUF-01 answers that there is no memory without taking the record or losing what is there', () => {
    const { queue, append, accumulator } = accumulation({ batchSize: 1000, bufferMemory: 1500 })
    const [a, b] = [queue(0), queue(1)]
    append(a)
    expect(append(b)).toBeNull()
    expect(b.batches).toHaveLength(0)
    expect(accumulator.incomplete.size).toBe(1)
    expect(append(a)?.recordCount).toBe(2)
  })

  it('takes no memory where it was told not to, and still fills a batch that is there', () => {
    const { queue, append, accumulator } = accumulation()
    const orders = queue()
    append(orders, 400)
    const before = accumulator.pool.availableBytes
    const without = (size: number): boolean =>
      accumulator.append(orders, false, 1, null, new Uint8Array(size), [], 0, null, null) !== null
    expect([without(400), without(400)]).toEqual([true, false])
    expect(accumulator.pool.availableBytes).toBe(before)
  })

  it('BUF-07 gives all memory back once every batch has its outcome, and says so each time', () => {
    const { queue, append, accumulator, freed } = accumulation({ batchSize: 200, bufferMemory: 10_000 })
    const batches = [0, 1, 2].flatMap((partition) => {
      const orders = queue(partition)
      for (let i = 0; i < 8; i++) append(orders, 90)
      return [...orders.batches]
    })
    expect(accumulator.pool.availableBytes).toBeLessThan(10_000)
    for (const [i, batch] of batches.entries()) {
      if (i % 2 === 0) store(accumulator, batch)
      else if (batch.fail(() => new Error() as never, nobody)) accumulator.onSettled(batch)
    }
    expect(accumulator.pool.availableBytes).toBe(10_000)
    expect(accumulator.incomplete.size).toBe(0)
    expect(freed()).toBe(batches.length)
  })

  it('FLB-07 returns the memory of a batch once, however often it is asked to', () => {
    const { queue, append, accumulator } = accumulation()
    const batch = append(queue())!
    store(accumulator, batch)
    accumulator.reclaim(batch)
    accumulator.reclaim(batch)
    expect(accumulator.pool.availableBytes).toBe(10_000)
  })

  it('SPD-11 keeps the memory of a settled batch until the write of it was released', () => {
    const { queue, append, accumulator, freed } = accumulation()
    const batch = append(queue())!
    batch.pin()
    store(accumulator, batch)
    expect([accumulator.pool.availableBytes, freed()]).toEqual([9000, 0])
    batch.unpin()
    accumulator.reclaim(batch)
    expect([accumulator.pool.availableBytes, freed()]).toEqual([10_000, 1])
  })

  it.each([
    ['a clock that has gone on for weeks', 40 * 86_400_000, true],
    ['a timestamp from years ago', -10 * 365 * 86_400_000, false],
  ])('appends plainly near the time of the clock, also with %s', (_, later, plain) => {
    const all = accumulation()
    const [first, second] = [all.queue(0), all.queue(1)]
    const append = (queue: PartitionQueue, timestamp: number): boolean =>
      all.accumulator.appendPlain(queue.slot, timestamp, null, null, AnswerKind.none, null) > 0
    const open = (queue: PartitionQueue, timestamp: number): unknown =>
      all.accumulator.append(queue, true, timestamp, null, null, [], AnswerKind.none, null, null)
    const start = all.clock.epochMs()
    open(first, start)
    expect(append(first, start)).toBe(true)
    if (plain) all.clock.jumpEpoch(later)
    open(second, start + later)
    expect(append(second, start + later)).toBe(plain)
    // Its slot no longer knows the time of its first record, or that is too long ago.
    expect(append(first, start + later)).toBe(false)
    open(first, start + later)
    expect(first.open!.maxTimestamp).toBe(start + Math.max(0, later))
    open(first, start + Math.max(0, later))
    expect(append(first, start + Math.max(0, later))).toBe(!plain)
  })

  it('REC-05 knows the time of a batch that is open while the origin of times follows the clock', () => {
    const all = accumulation()
    const [orders, bills] = [all.queue(0), all.queue(1)]
    const start = all.clock.epochMs()
    const [twelve, thirteen] = [12 * 86_400_000, 13 * 86_400_000]
    const open = (queue: PartitionQueue, timestamp: number): unknown =>
      all.accumulator.append(queue, true, timestamp, null, null, [], AnswerKind.none, null, null)
    open(orders, start + twelve)
    all.clock.jumpEpoch(thirteen)
    open(bills, start + thirteen)
    const plain = all.accumulator.appendPlain(orders.slot, start + twelve, null, null, AnswerKind.none, null)
    expect([plain > 0, orders.open!.recordCount, orders.open!.maxTimestamp]).toEqual([true, 2, start + twelve])
  })

  it('counts what is queued for a partition that nobody leads', () => {
    const { append, accumulator } = accumulation({ lingerMs: 0 })
    append(new PartitionQueue('orders', 0, 0))
    expect(accumulator.readiness.needsLeaders).toBe(true)
  })
})
