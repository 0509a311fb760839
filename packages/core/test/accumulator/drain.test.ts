import { describe, expect, it } from 'vitest'
import type { GuardedBatch, ProducerStamp } from '@posthorn/contracts'
import { accumulation, store } from '../support/accumulation.ts'
import { drainer } from '../support/draining.ts'
import type { ProducerBatch } from '../../src/accumulator/batch.ts'
import { openGuard } from '../support/guard.ts'

const partitions = (batches: readonly ProducerBatch[]): number[] => batches.map(({ partition }) => partition.partition)

describe('draining', () => {
  it('ACC-10 takes at most one batch of each partition', () => {
    const all = accumulation({ lingerMs: 0, batchSize: 200 })
    const queues = [0, 1, 2].map((partition) => all.queue(partition))
    for (const orders of queues) for (let i = 0; i < 3; i++) all.append(orders, 100)
    const drain = drainer(all, { guard: openGuard() })
    expect(partitions(drain())).toEqual([0, 1, 2])
    expect(queues.map(({ batches }) => batches.length)).toEqual([2, 2, 2])
  })

  it('ACC-10 goes on with the partitions that had no room, so that none starves', () => {
    const all = accumulation({ lingerMs: 0, batchSize: 200 })
    for (const partition of [0, 1, 2, 3]) {
      const orders = all.queue(partition)
      for (let i = 0; i < 3; i++) all.append(orders, 100)
    }
    // Room for two batches of about 170 bytes.
    const drain = drainer(all, { guard: openGuard(), maxRequestSize: 400 })
    expect([drain(), drain(), drain(), drain()].map(partitions)).toEqual([
      [0, 1],
      [2, 3],
      [0, 1],
      [2, 3],
    ])
  })

  it('ACC-11 SPD-03 stops before maxRequestSize would be exceeded, but takes a first batch of any size', () => {
    const all = accumulation({ lingerMs: 0, batchSize: 200 })
    for (const partition of [0, 1, 2]) all.append(all.queue(partition), partition === 0 ? 3000 : 100)
    const drain = drainer(all, { maxRequestSize: 500 })
    expect([drain(), drain(), drain()].map(partitions)).toEqual([[0], [1, 2], []])
  })

  it('ACC-12 closes what it takes, and notes when', async () => {
    const all = accumulation({ lingerMs: 0 })
    await all.clock.advance(123)
    all.append(all.queue())
    const [batch] = drainer(all)()
    expect(batch?.state).toBe('closed')
    expect(batch?.drainedMs).toBe(123)
    expect(batch?.queued).toBe(false)
  })

  it('SPD-04 without a guard mutes a partition until its batch is settled, so that order holds', () => {
    const all = accumulation({ lingerMs: 0, batchSize: 200 })
    const orders = all.queue()
    for (let i = 0; i < 2; i++) all.append(orders, 100)
    const drain = drainer(all)
    const [first] = drain()
    expect(drain()).toEqual([])
    orders.muted = false
    store(all.accumulator, first!)
    all.accumulator.readiness.offer(orders)
    expect(drain()).toHaveLength(1)
  })

  it('leaves alone what the guard holds back, and asks again next time', () => {
    const all = accumulation({ lingerMs: 0 })
    all.append(all.queue(0))
    all.append(all.queue(1))
    let open = false
    const mayDrain = ({ partition }: GuardedBatch): boolean => open || partition.partition === 1
    const drain = drainer(all, { guard: openGuard({ mayDrain }) })
    expect(partitions(drain())).toEqual([1])
    expect(drain()).toEqual([])
    open = true
    expect(partitions(drain())).toEqual([0])
  })

  it('loses nothing of a partition whose batch the guard cannot stamp', () => {
    const all = accumulation({ lingerMs: 0 })
    for (const partition of [0, 1]) all.append(all.queue(partition))
    let works = false
    const stamp = (batch: GuardedBatch): ProducerStamp => {
      if (works || batch.partition.partition === 1) return openGuard().stamp(batch)
      throw new Error('no sequence yet')
    }
    const drain = drainer(all, { guard: openGuard({ stamp }) })
    expect(partitions(drain())).toEqual([1])
    works = true
    expect(partitions(drain())).toEqual([0])
  })

  it('takes nothing from a partition while a codec works on its first batch, then what was first', async () => {
    const all = accumulation({ lingerMs: 0, batchSize: 200 })
    const orders = all.queue()
    const first = all.append(orders, 100)
    all.append(orders, 100)
    const done = Promise.withResolvers<Uint8Array>()
    const codec = { name: 'slow', attribute: 1, compress: () => done.promise, decompress: () => done.promise } as const
    const drain = drainer(all, { codec })
    expect([drain(), drain()]).toEqual([[], []])
    done.resolve(new Uint8Array(10))
    await done.promise
    await all.clock.advance(0)
    expect(drain()).toEqual([first])
  })
})
