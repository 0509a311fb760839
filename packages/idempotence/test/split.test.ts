import { describe, expect, test } from 'vitest'
import { partition, ScriptedSender } from './support/scriptedSender.ts'

const p = partition()

describe('a batch that is divided', () => {
  test('gives its place and its sequences to the pieces (SPL-06)', async () => {
    const sender = await ScriptedSender.known([p])
    const [big, next] = [sender.send(p, 6), sender.send(p, 2)]
    const pieces = sender.split(big, [1, 2, 3])
    expect(pieces.map(({ place }) => place)).toEqual(['7/0/1', '7/0/2', '7/0/4'])
    expect(sender.ordered([next, ...pieces])).toEqual([...pieces, next])
    expect(sender.send(p, 1).place).toBe('7/0/9')
  })

  test('across the wrap', async () => {
    const sender = await ScriptedSender.ready()
    sender.succeed(sender.send(p, 2_147_483_646))
    const pieces = sender.split(sender.send(p, 4), [2, 2])
    expect(pieces.map(({ place }) => place)).toEqual(['7/0/2147483646', '7/0/0'])
  })

  test('pieces go one at a time, in order', async () => {
    const sender = await ScriptedSender.known([p])
    const [one, two] = sender.split(sender.send(p, 4), [2, 2]) as [never, never]
    expect([sender.guard.mayDrain(one), sender.guard.mayDrain(two)]).toEqual([true, false])
    sender.drain(one)
    sender.succeed(one)
    expect(sender.guard.mayDrain(two)).toBe(true)
  })

  test('before a gap, all pieces are sent before the rest begins anew', async () => {
    const sender = await ScriptedSender.known([p])
    const [big, bad, last] = [sender.send(p, 4), sender.send(p, 1), sender.send(p, 1)]
    sender.fail(bad, 'INVALID_RECORD')
    const pieces = sender.split(big, [2, 2])
    sender.fail(last, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    for (const piece of pieces) {
      sender.pass()
      expect(sender.drain(piece)).toBe(true)
      sender.succeed(piece)
    }
    sender.pass()
    expect([...pieces, last].map(({ place }) => place)).toEqual(['7/0/1', '7/0/3', '7/1/0'])
  })

  test('of which a piece expires is unresolved like any other', async () => {
    const sender = await ScriptedSender.known([p])
    const [one, two] = sender.split(sender.send(p, 4), [2, 2])
    sender.drain(one!)
    sender.expire(one!)
    expect(sender.takesNew(p)).toBe(false)
    sender.drain(two!)
    sender.succeed(two!)
    expect(sender.send(p, 1).place).toBe('7/0/5')
  })
})
