import { describe, expect, test } from 'vitest'
import { partition, ScriptedSender } from './support/scriptedSender.ts'

const p = partition()
const outOfOrder = 'OUT_OF_ORDER_SEQUENCE_NUMBER'
const forgotten = { logStartOffset: 100n }

describe('OUT_OF_ORDER_SEQUENCE_NUMBER', () => {
  test('for a later batch is retried: an earlier one is missing (IDM-11)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second] = [sender.send(p, 2), sender.send(p, 2)]
    sender.fail(first, 'NOT_ENOUGH_REPLICAS')
    expect(sender.fail(second, outOfOrder)).toBe('retry')
    sender.pass()
    expect([first.place, second.place]).toEqual(['7/0/1', '7/0/3'])
  })

  test('for the first in line: a new epoch, and the batch again from sequence 0 (IDM-13, EPB-01, EPB-02)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second] = [sender.send(p, 2), sender.send(p, 3)]
    expect(sender.fail(first, outOfOrder)).toBe('retry')
    expect(sender.fail(second, outOfOrder)).toBe('retry')
    sender.pass()
    expect([first.place, second.place]).toEqual(['7/1/0', '7/1/2'])
    expect(sender.drain(first)).toBe(true)
  })

  test('for one that may have been stored: it fails, since it could be stored twice; then a new epoch (FLB-01)', async () => {
    const sender = await ScriptedSender.known([p])
    const batch = sender.send(p, 2)
    sender.lose(batch)
    sender.drain(batch)
    expect(sender.fail(batch, outOfOrder)).toBe('fail')
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/1/0')
  })

  test('for one that was overtaken: it fails, since it would be stored behind what was sent after it', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second] = [sender.send(p, 2), sender.send(p, 2)]
    // The broker forgot us between the two, and so took the second as the first.
    sender.fail(first, 'NOT_ENOUGH_REPLICAS')
    sender.succeed(second)
    sender.drain(first)
    expect(sender.fail(first, outOfOrder)).toBe('fail')
  })

  test('for the first of several that were overtaken: all of them fail, and what came after goes on', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second, third] = [sender.send(p, 2), sender.send(p, 2), sender.send(p, 2)]
    sender.fail(first, 'NOT_ENOUGH_REPLICAS')
    sender.fail(second, 'NOT_ENOUGH_REPLICAS')
    sender.succeed(third)
    sender.drain(first)
    expect(sender.fail(first, outOfOrder)).toBe('fail')
    sender.pass()
    expect(sender.control.failed).toEqual([second])
    expect(sender.send(p, 1).place).toBe('7/1/0')
  })

  test('behind a batch that expired: only then it is known to be missing (IDM-13)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second] = [sender.send(p, 2), sender.send(p, 2)]
    sender.expire(first)
    expect(sender.fail(second, outOfOrder)).toBe('retry')
    sender.pass()
    expect(second.place).toBe('7/1/0')
  })
})

describe('UNKNOWN_PRODUCER_ID', () => {
  test('is retried while the broker does not say where its log starts (IDM-15)', async () => {
    const sender = await ScriptedSender.known([p])
    const batch = sender.send(p, 2)
    expect(sender.fail(batch, 'UNKNOWN_PRODUCER_ID')).toBe('retry')
    sender.pass()
    expect(batch.place).toBe('7/0/1')
  })

  test('for a later batch is retried as it is (IDM-16)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second] = [sender.send(p, 2), sender.send(p, 2)]
    expect(sender.fail(second, 'UNKNOWN_PRODUCER_ID', forgotten)).toBe('retry')
    sender.succeed(first)
    sender.pass()
    expect(second.place).toBe('7/0/3')
  })

  test('otherwise: a new epoch, and again from sequence 0 (IDM-17, IDM-18)', async () => {
    const sender = await ScriptedSender.known([p])
    const batch = sender.send(p, 2)
    expect(sender.fail(batch, 'UNKNOWN_PRODUCER_ID', forgotten)).toBe('retry')
    sender.pass()
    expect(batch.place).toBe('7/1/0')
  })
})

describe('a batch that is refused for good', () => {
  test('leaves a gap: what was sent after it begins anew (IDM-20, FLB-05)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second, third] = [sender.send(p, 2), sender.send(p, 3), sender.send(p, 4)]
    sender.fail(first, 'INVALID_RECORD')
    sender.fail(second, outOfOrder)
    sender.fail(third, outOfOrder)
    expect(sender.takesNew(p)).toBe(false)
    sender.pass()
    expect([second.place, third.place]).toEqual(['7/1/0', '7/1/3'])
  })

  test('leaves alone what was sent before it, which is retried as it is', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second, third] = [sender.send(p, 2), sender.send(p, 3), sender.send(p, 4)]
    sender.lose(first)
    sender.fail(second, 'INVALID_RECORD')
    sender.fail(third, outOfOrder)
    sender.pass()
    expect([first.place, third.place]).toEqual(['7/0/1', '7/0/6'])
    expect(sender.guard.mayDrain(third)).toBe(false)
    expect(sender.drain(first)).toBe(true)
    sender.pass()
    const { wakes } = sender.control
    sender.succeed(first)
    expect(sender.control.wakes).toBeGreaterThan(wakes)
    sender.pass()
    expect(third.place).toBe('7/1/0')
    expect(sender.control.failed).toEqual([])
  })

  test('what came after it and may have been stored fails instead of being stored twice', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second, third] = [sender.send(p, 2), sender.send(p, 3), sender.send(p, 4)]
    sender.fail(first, 'INVALID_RECORD')
    sender.lose(second)
    sender.fail(third, outOfOrder)
    sender.pass()
    expect(sender.control.failed).toEqual([second])
    expect(third.place).toBe('7/1/0')
  })

  test('after its retries were used up, is not known to be missing: what follows tells (IDM-21, FLB-05)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second] = [sender.send(p, 2), sender.send(p, 3)]
    sender.fail(first, 'NOT_ENOUGH_REPLICAS', { retriesLeft: false })
    sender.succeed(second)
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/0/6')
  })

  test('after an attempt without an answer, neither', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second] = [sender.send(p, 2), sender.send(p, 3)]
    sender.lose(first)
    sender.drain(first)
    sender.fail(first, 'INVALID_RECORD')
    sender.succeed(second)
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/0/6')
  })

  test('before it was ever stamped changes nothing', async () => {
    const sender = await ScriptedSender.known([p])
    const { control, guard } = sender
    const { wakes } = control
    const opened = sender.send(p, 1)
    opened.stamp = null
    guard.onAbandoned(opened)
    expect(control.wakes).toBe(wakes)
  })
})
