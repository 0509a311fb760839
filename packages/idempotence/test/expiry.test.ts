import { describe, expect, test } from 'vitest'
import { ScriptedBatch } from '@posthorn/testkit/conformance/delivery'
import { partition, ScriptedSender } from './support/scriptedSender.ts'

const p = partition()

describe('a batch that expires', () => {
  test('before it was sent changes nothing (IDM-23)', async () => {
    const sender = await ScriptedSender.known([p])
    sender.expire(new ScriptedBatch(p, 5))
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/0/1')
  })

  test('after an attempt: nothing new may follow until what is on its way is settled (IDM-22, SPD-07, ACC-15)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first] = [sender.send(p, 2), sender.send(p, 2)]
    sender.expire(first)
    sender.pass()
    expect(sender.takesNew(p)).toBe(false)
  })

  test('is in order after all when a later one was stored (IDM-24, RSP-18)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second] = [sender.send(p, 2), sender.send(p, 2)]
    sender.expire(first)
    sender.succeed(second)
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/0/5')
  })

  test('last, with nothing after it: a new epoch (IDM-25, EPB-08)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second] = [sender.send(p, 2), sender.send(p, 2)]
    sender.expire(second)
    sender.succeed(first)
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/1/0')
  })

  test('as the first of all: a new epoch', async () => {
    const sender = await ScriptedSender.ready()
    sender.expire(sender.send(p, 2))
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/1/0')
  })

  test('with all the others: a new epoch (IDM-25, EPB-08)', async () => {
    const sender = await ScriptedSender.known([p])
    const batches = [sender.send(p, 2), sender.send(p, 2)]
    for (const batch of batches) sender.expire(batch)
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/1/0')
  })

  test('once, then refused retries of the rest: every batch ends, then a new epoch (IDM-25)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second, third] = [sender.send(p, 2), sender.send(p, 2), sender.send(p, 2)]
    sender.expire(first)
    sender.lose(second)
    sender.lose(third)
    sender.drain(second)
    expect(sender.fail(second, 'OUT_OF_ORDER_SEQUENCE_NUMBER')).toBe('fail')
    expect(sender.takesNew(p)).toBe(false)
    sender.drain(third)
    expect(sender.fail(third, 'OUT_OF_ORDER_SEQUENCE_NUMBER')).toBe('fail')
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/1/0')
  })
})
