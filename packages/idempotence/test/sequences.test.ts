import { describe, expect, test } from 'vitest'
import { ScriptedBatch } from '@posthorn/testkit/conformance/delivery'
import { partition, ScriptedSender } from './support/scriptedSender.ts'

const p = partition()
const q = partition(1)

describe('sequences', () => {
  test('start at 0 in every partition and grow by records (IDM-07)', async () => {
    const sender = await ScriptedSender.ready()
    sender.succeed(sender.send(p, 10))
    const places = [sender.send(p, 5), sender.send(p, 1), sender.send(q, 4)].map(({ place }) => place)
    expect(places).toEqual(['7/0/10', '7/0/15', '7/0/0'])
  })

  test('are given when a batch is first drained, not when it is opened (IDM-06)', async () => {
    const sender = await ScriptedSender.known([p])
    const [opened, drained] = [new ScriptedBatch(p, 2), new ScriptedBatch(p, 3)]
    sender.guard.onOpened(p)
    sender.guard.onOpened(p)
    expect(opened.stamp).toBeNull()
    expect(sender.drain(drained) && drained.place).toBe('7/0/1')
    expect(sender.drain(opened) && opened.place).toBe('7/0/4')
  })

  test('come round to 0 after 2147483647 (IDM-08)', async () => {
    const sender = await ScriptedSender.ready()
    sender.succeed(sender.send(p, 2_147_483_646))
    const [last, first] = [sender.send(p, 2), sender.send(p, 3)]
    expect([last.place, first.place]).toEqual(['7/0/2147483646', '7/0/0'])
    sender.succeed(last)
    sender.expire(first)
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/1/0')
  })

  test('that come round are in order: an expired batch before a stored one leaves no gap (IDM-08, IDM-24)', async () => {
    const sender = await ScriptedSender.ready()
    sender.succeed(sender.send(p, 2_147_483_646))
    const [early, late] = [sender.send(p, 4), sender.send(p, 3)]
    sender.expire(early)
    sender.succeed(late)
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/0/5')
  })
})

describe('retries', () => {
  test('keep id, epoch and sequence (IDM-09)', async () => {
    const sender = await ScriptedSender.known([p])
    const batch = sender.send(p, 2)
    const { stamp } = batch
    expect(sender.lose(batch)).toBe('retry')
    expect(sender.drain(batch)).toBe(true)
    expect(batch.stamp).toBe(stamp)
  })

  test('go one at a time, lowest sequence first (IDM-10, ACC-16)', async () => {
    const sender = await ScriptedSender.known([p])
    const batches = [sender.send(p, 2), sender.send(p, 2), sender.send(p, 2)]
    for (const batch of batches) sender.lose(batch)
    expect(batches.map((batch) => sender.guard.mayDrain(batch))).toEqual([true, false, false])
    sender.drain(batches[0]!)
    sender.succeed(batches[0]!)
    expect(batches.slice(1).map((batch) => sender.guard.mayDrain(batch))).toEqual([true, false])
  })

  test('are ordered by sequence, across the wrap too (IDM-29, ACC-17)', async () => {
    const sender = await ScriptedSender.ready()
    sender.succeed(sender.send(p, 2_147_483_646))
    const batches = [sender.send(p, 2), sender.send(p, 2), sender.send(p, 2)]
    expect(sender.ordered([batches[1]!, batches[2]!, batches[0]!])).toEqual(batches)
  })

  test('at most five batches are on their way; one that is stored makes room (RSP-18)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first] = Array.from({ length: 5 }, () => sender.send(p, 1))
    expect(sender.takesNew(p)).toBe(false)
    expect(sender.takesNew(q)).toBe(true)
    sender.succeed(first!)
    expect(sender.takesNew(p)).toBe(true)
    sender.send(p, 1)
    expect(sender.takesNew(p)).toBe(false)
  })

  test('a later batch that the broker took first does not move the last stored sequence back (IDM-12)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second, third] = [sender.send(p, 2), sender.send(p, 2), sender.send(p, 2)]
    sender.lose(first)
    sender.expire(second)
    sender.succeed(third)
    sender.drain(first)
    sender.succeed(first)
    sender.pass()
    // Were the last stored sequence that of `first`, the epoch would rise.
    expect(sender.send(p, 1).place).toBe('7/0/7')
  })

  test('DUPLICATE_SEQUENCE_NUMBER means that it is stored (IDM-14)', async () => {
    const sender = await ScriptedSender.known([p])
    const batch = sender.send(p, 2)
    expect(sender.fail(batch, 'DUPLICATE_SEQUENCE_NUMBER', { retriesLeft: false })).toBe('complete')
    expect(sender.send(p, 1).place).toBe('7/0/3')
  })

  test('errors that may pass are retried, others are not', async () => {
    const sender = await ScriptedSender.known([p])
    expect(sender.fail(sender.send(p, 1), 'NOT_ENOUGH_REPLICAS')).toBe('retry')
    expect(sender.fail(sender.send(p, 1), 'INVALID_RECORD')).toBe('fail')
  })

  test('after close the guard forgets, and answers all the same', async () => {
    const sender = await ScriptedSender.known([p])
    const [a, b] = [sender.send(p, 1), sender.send(p, 1)]
    sender.guard.close()
    sender.guard.onAbandoned(a)
    sender.guard.onCompleted(b, 0n)
    expect(sender.guard.compare(a, b)).toBe(0)
    expect(sender.guard.mayDrain(a)).toBe(false)
  })
})

describe('until the broker has stored one of ours', () => {
  /**
   * A broker takes any first sequence from a producer that it does not know, and it may not know us: we are new, our
   * records are gone with their retention, the topic was created anew. Were two batches on their way, and the first
   * refused (too few replicas, say), the second would be stored at sequence n. The first, sent again, then could only be
   * answered OUT_OF_ORDER_SEQUENCE_NUMBER; it would be lost, or stored behind its successor.
   */
  test('one batch at a time is on its way', async () => {
    const sender = await ScriptedSender.ready()
    const first = sender.send(p, 3)
    expect(sender.takesNew(p)).toBe(false)
    sender.fail(first, 'NOT_ENOUGH_REPLICAS')
    expect(sender.takesNew(p)).toBe(false)
    sender.drain(first)
    sender.succeed(first)
    expect(sender.takesNew(p)).toBe(true)
  })

  test('so again after a minute without an answer: the broker may have forgotten us', async () => {
    const sender = await ScriptedSender.known([p])
    await sender.clock.advance(60_000)
    sender.send(p, 1)
    expect(sender.takesNew(p)).toBe(false)
  })

  test('and after a new epoch', async () => {
    const sender = await ScriptedSender.known([p])
    sender.fail(sender.send(p, 1), 'INVALID_RECORD')
    sender.pass()
    sender.send(p, 1)
    expect(sender.takesNew(p)).toBe(false)
  })
})
