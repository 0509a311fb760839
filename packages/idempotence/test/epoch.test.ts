import { describe, expect, test } from 'vitest'
import { partition, ScriptedSender } from './support/scriptedSender.ts'

const p = partition()
const q = partition(1)

describe('a new epoch', () => {
  test('waits until no batch behind the gap is on its way (EPB-02)', async () => {
    const sender = await ScriptedSender.known([p])
    const [first, second] = [sender.send(p, 2), sender.send(p, 3)]
    sender.fail(first, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    sender.pass()
    expect(first.place).toBe('7/0/1')
    expect(sender.guard.mayDrain(first)).toBe(false)
    sender.fail(second, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    sender.pass()
    expect([first.place, second.place]).toEqual(['7/1/0', '7/1/2'])
  })

  test('of one partition does not wait for another that needs one too', async () => {
    const sender = await ScriptedSender.known([p, q])
    const [pFirst, qFirst, qSecond] = [sender.send(p, 2), sender.send(q, 2), sender.send(q, 2)]
    sender.fail(pFirst, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    sender.fail(qFirst, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    sender.pass()
    expect(pFirst.place).toBe('7/1/0')
    // The other follows when it can, into the same epoch.
    sender.fail(qSecond, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    sender.pass()
    expect([qFirst.place, qSecond.place]).toEqual(['7/1/0', '7/1/2'])
  })

  test('reaches other partitions with their next fresh batch, once the old ones are done, which keep their own (EPB-03, IDM-19, ACC-15)', async () => {
    const sender = await ScriptedSender.known([p, q])
    const old = sender.send(q, 4)
    sender.fail(sender.send(p, 2), 'INVALID_RECORD')
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/1/0')
    expect(sender.takesNew(q)).toBe(false)
    sender.lose(old)
    expect(sender.drain(old) && old.place).toBe('7/0/1')
    sender.succeed(old)
    expect(sender.send(q, 1).place).toBe('7/1/0')
  })

  test('after 32767 is epoch 0 of another producer id (EPB-04)', async () => {
    const sender = await ScriptedSender.known([p, q], 32_767)
    const waiting = sender.send(q, 4)
    const [first, second] = [sender.send(p, 2), sender.send(p, 2)]
    sender.fail(first, 'INVALID_RECORD')
    sender.fail(second, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    sender.pass()
    sender.pass()
    expect(sender.control.pending).toHaveLength(1)
    // What was stamped with the old id is retried meanwhile, with that id.
    sender.lose(waiting)
    expect(sender.drain(waiting)).toBe(true)
    await sender.control.answer({ producerId: 8n })
    sender.pass()
    expect(second.stamp).toMatchObject({ producerId: 8n, producerEpoch: 0, baseSequence: 0 })
    expect(waiting.stamp).toMatchObject({ producerId: 7n, producerEpoch: 32_767, baseSequence: 1 })
  })

  test('for lack of an id that is refused, the id is not asked for in every pass', async () => {
    const sender = await ScriptedSender.known([p], 32_767)
    sender.fail(sender.send(p, 2), 'INVALID_RECORD')
    sender.pass()
    sender.pass()
    expect(sender.control.pending).toHaveLength(0)
    sender.guard.onOpened(p)
    expect(sender.control.pending).toHaveLength(1)
  })

  test('is not disturbed by the end of a batch of the old one (EPB-07, IDM-27)', async () => {
    const sender = await ScriptedSender.known([p, q])
    const old = sender.send(q, 4)
    sender.expire(sender.send(p, 2))
    sender.pass()
    sender.succeed(sender.send(p, 3))
    sender.fail(old, 'INVALID_RECORD')
    sender.pass()
    // Only the partition of that batch begins anew, in the epoch that there is already.
    expect(sender.send(p, 1).place).toBe('7/1/3')
    expect(sender.send(q, 1).place).toBe('7/1/0')
  })

  test('a late word about a batch that has ended changes nothing', async () => {
    const sender = await ScriptedSender.known([p])
    const old = sender.send(p, 40)
    sender.expire(old)
    sender.pass()
    sender.succeed(sender.send(p, 3))
    const [first, second] = [sender.send(p, 1), sender.send(p, 1)]
    sender.guard.onAbandoned(old)
    expect(sender.takesNew(p)).toBe(true)
    sender.guard.onCompleted(old, 9n)
    // Were its sequence taken for the last one stored, the epoch would rise again.
    sender.expire(first)
    sender.succeed(second)
    sender.pass()
    expect(sender.send(p, 1).place).toBe('7/1/5')
  })
})
