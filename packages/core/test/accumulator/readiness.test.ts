import { describe, expect, it } from 'vitest'
import type { PartitionQueue } from '../../src/accumulator/partitionQueue.ts'
import { accumulation, nobody, store } from '../support/accumulation.ts'

describe('a partition becomes ready', () => {
  it('ACC-04 when its batch has waited lingerMs, and asks to be looked at then', () => {
    const { queue, append, accumulator, listed, alarm } = accumulation({ lingerMs: 5 })
    append(queue())
    expect([listed(), alarm.wakes, alarm.at]).toEqual([0, 0, [5]])
    accumulator.readiness.promote(4.9)
    expect(listed()).toBe(0)
    accumulator.readiness.promote(5)
    expect([listed(), alarm.wakes]).toEqual([1, 1])
  })

  it('ACC-04 at once with lingerMs 0', () => {
    const { queue, append, listed, alarm } = accumulation({ lingerMs: 0 })
    append(queue())
    expect([listed(), alarm.wakes]).toEqual([1, 1])
  })

  it('ACC-04 when its batch is full, or another is queued behind it', () => {
    const { queue, append, listed } = accumulation({ lingerMs: 5, batchSize: 200 })
    const [exact, over] = [queue(0), queue(1)]
    // 17 bytes with a value of 10; then exactly what is left, of which 9 are not the value.
    append(exact, 10)
    expect(listed()).toBe(0)
    append(exact, 200 - 61 - 17 - 9)
    expect(listed()).toBe(1)
    append(over, 100)
    expect(listed()).toBe(1)
    append(over, 100)
    expect(listed()).toBe(2)
  })

  it('ACC-24 at once with batchSize 0, for nothing can join the record', () => {
    const { queue, append, listed } = accumulation({ lingerMs: 5, batchSize: 0 })
    append(queue())
    expect(listed()).toBe(1)
  })

  it('ACC-04 while a flush, a close or a wait for memory hurries it, and no longer', () => {
    const { queue, append, accumulator, listed } = accumulation({ lingerMs: 5 })
    const { readiness } = accumulator
    append(queue(0))
    readiness.hurry()
    readiness.hurry()
    expect(listed()).toBe(1)
    readiness.relax()
    append(queue(1))
    expect(listed()).toBe(2)
    readiness.relax()
    append(queue(2))
    expect(listed()).toBe(2)
    readiness.promote(5)
    expect(listed()).toBe(3)
  })

  it('ACC-04 after a flush, by lingering, as before it', () => {
    const { clock, queue, append, accumulator, listed } = accumulation({ lingerMs: 5 })
    const { readiness } = accumulator
    for (let i = 0; i < 3; i++) {
      readiness.hurry()
      readiness.relax()
      append(queue(i))
      readiness.promote(clock.now() + 5)
      expect(listed(), `after flush ${i}`).toBe(i + 1)
    }
  })

  it('ACC-08 at its new leader, and not at the old one', () => {
    const { queue, append, accumulator, listed } = accumulation({ lingerMs: 0 })
    const orders = queue(0, 1)
    append(orders)
    accumulator.readiness.assignLeader(orders, 2, 1)
    expect([listed(1), listed(2)]).toEqual([0, 1])
  })
})

describe('a partition is not ready', () => {
  it('ACC-09 while it is muted', () => {
    const { queue, append, accumulator, listed } = accumulation({ lingerMs: 0 })
    const orders = queue()
    orders.muted = true
    append(orders)
    expect(listed()).toBe(0)
    orders.muted = false
    accumulator.readiness.offer(orders)
    expect(listed()).toBe(1)
  })

  it('ACC-05 while it backs off, whatever else holds', () => {
    const { queue, append, accumulator, listed } = accumulation({ lingerMs: 0 })
    const orders = queue()
    const batch = append(orders)!
    accumulator.readiness.nodes.get(0)?.takeAll()
    orders.remove(batch)
    batch.attempts = 1
    accumulator.requeue(batch, 100, () => true)
    append(orders)
    accumulator.readiness.hurry()
    accumulator.readiness.promote(99)
    expect(listed()).toBe(0)
    accumulator.readiness.promote(100)
    expect(listed()).toBe(1)
  })

  it('ACC-08 while nobody leads it; a leader makes it so', () => {
    const { queue, append, accumulator, listed } = accumulation({ lingerMs: 0 })
    const orders = queue(0, -1)
    append(orders)
    expect(accumulator.readiness.needsLeaders).toBe(true)
    accumulator.readiness.assignLeader(orders, 4, 0)
    expect([listed(4), accumulator.readiness.needsLeaders]).toEqual([1, false])
  })

  it('ACC-08 and asks for no leader any more once what waited was given up', () => {
    const { queue, append, accumulator } = accumulation({ lingerMs: 0 })
    const batch = append(queue(0, -1))!
    if (batch.fail(() => new Error() as never, nobody)) accumulator.onSettled(batch)
    expect(accumulator.readiness.needsLeaders).toBe(false)
  })
})

describe('a back-off', () => {
  function backingOff(untilMs: number[]): ReturnType<typeof accumulation> & { queues: PartitionQueue[] } {
    const all = accumulation({ lingerMs: 0 })
    const queues = untilMs.map((until, partition) => {
      const orders = all.queue(partition)
      const batch = all.append(orders)!
      orders.remove(batch)
      batch.attempts = 1
      batch.attemptEpoch = 0
      all.accumulator.requeue(batch, until, () => true)
      return orders
    })
    all.accumulator.readiness.nodes.get(0)?.takeAll()
    return { ...all, queues }
  }

  it('LDR-05 ACC-07 ends with a newer leader epoch, not with the same one', () => {
    const { accumulator, queues, listed } = backingOff([100])
    accumulator.readiness.assignLeader(queues[0]!, 0, 0)
    expect(listed()).toBe(0)
    accumulator.readiness.assignLeader(queues[0]!, 1, 1)
    expect(listed(1)).toBe(1)
  })

  it('ACC-05 of others ends in time when a new leader ended one before', () => {
    const { accumulator, queues, listed, queue, append } = backingOff([100, 120, 130])
    accumulator.readiness.assignLeader(queues[1]!, 1, 1)
    // Another one begins now, and ends first of all.
    const late = queue(9)
    const batch = append(late)!
    late.remove(batch)
    accumulator.readiness.nodes.get(0)?.takeAll()
    accumulator.requeue(batch, 50, () => true)
    expect(accumulator.readiness.nextDeadline()).toBe(50)
    accumulator.readiness.promote(50)
    expect(listed()).toBe(1)
    accumulator.readiness.promote(130)
    expect(listed()).toBe(3)
  })

  it('ACC-05 that follows one which a new leader ended lasts its own time', () => {
    const { accumulator, queues, listed } = backingOff([100])
    const orders = queues[0]!
    accumulator.readiness.assignLeader(orders, 1, 1)
    const batch = orders.first!
    accumulator.readiness.nodes.get(1)?.takeAll()
    orders.remove(batch)
    accumulator.requeue(batch, 300, () => true)
    accumulator.readiness.promote(100)
    expect(listed(1)).toBe(0)
    accumulator.readiness.promote(300)
    expect(listed(1)).toBe(1)
  })

  it('ACC-18 and nothing else is the next deadline, but for the expiry of the oldest batch', () => {
    const { accumulator, queue, append } = accumulation({ lingerMs: 5, deliveryTimeoutMs: 50 })
    expect(accumulator.nextDeadline()).toBe(Infinity)
    const batch = append(queue())!
    expect(accumulator.nextDeadline()).toBe(5)
    accumulator.readiness.promote(5)
    expect(accumulator.nextDeadline()).toBe(50)
    expect(accumulator.nextExpired(49)).toBeNull()
    expect(accumulator.nextExpired(50)).toBe(batch)
    store(accumulator, batch)
    expect(accumulator.nextDeadline()).toBe(Infinity)
  })
})
