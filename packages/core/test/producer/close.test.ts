import { describe, expect, it } from 'vitest'
import { reasonOf, watch } from '../support/outcome.ts'
import { stage, states } from '../support/stage.ts'

describe('close', () => {
  it('SND-02 SND-03 delivers what was accepted, also what has no metadata yet, and leaves nothing behind', async () => {
    const s = stage({ lingerMs: 10_000, deliveryTimeoutMs: 100_000 })
    const sends = Array.from({ length: 20 }, (_, i) => s.send(`${i}`, i % 6))
    await s.end()
    expect(new Set(states(sends))).toEqual(new Set(['resolved']))
    expect(s.stored()).toHaveLength(20)
    expect(s.clock.pending).toBe(0)
  })

  it('SND-03 goes on with retries until they are over', async () => {
    const s = stage()
    await s.until(s.send('a').promise)
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 5 })
    const sent = s.send('b')
    await s.end()
    expect(sent.state).toBe('resolved')
    expect(s.stored(0)).toEqual(['a', 'b'])
  })

  it('PRD-17 ACC-22 refuses every send that comes after, at once and with the reason', async () => {
    const s = stage()
    const closing = s.it.close()
    expect(await reasonOf(s.it.send({ topic: 'orders', value: 'late' }))).toMatchObject({
      name: 'StateError',
      code: 'PRODUCER_CLOSED',
      message: 'the producer is closed',
    })
    expect(() => s.it.trySend({ topic: 'orders', value: 'late' })).toThrow(
      expect.objectContaining({ code: 'PRODUCER_CLOSED' }),
    )
    expect((await reasonOf(s.it.partitionsFor('orders'))).code).toBe('PRODUCER_CLOSED')
    await s.until(closing)
    expect((await reasonOf(s.it.send({ topic: 'orders', value: 'late' }))).code).toBe('PRODUCER_CLOSED')
    await s.end()
    expect(s.requests()).toEqual([])
  })

  it('PRD-14 twice is the same as once', async () => {
    let closes = 0
    const s = stage({ hooks: [() => ({ name: 'counts', onClose: () => closes++ })] })
    const sent = s.send('a')
    await s.until(Promise.all([s.it.close(), s.it.close()]))
    await s.it.close()
    expect([sent.state, closes]).toEqual(['resolved', 1])
    await s.end()
  })

  it('PRD-14 a later call with a shorter time-out ends an earlier wait, and leaves no timer otherwise', async () => {
    const s = stage()
    await s.until(s.send('a').promise)
    s.cluster.pauseBroker(s.cluster.partition('orders', 0).leader)
    const sent = s.send('b')
    await s.advance(10)
    const first = watch(s.it.close())
    const second = watch(s.it.close({ timeoutMs: 1000 }))
    await s.advance(999)
    expect(first.state).toBe('pending')
    await s.advance(1)
    expect([first.state, second.state, ...states([sent])]).toEqual(['resolved', 'resolved', 'PRODUCER_CLOSED'])
    await s.end()

    const quick = stage()
    const closing = [quick.it.close(), quick.it.close({ timeoutMs: 60_000 })]
    await quick.until(Promise.all(closing))
    expect(quick.passes.pending).toBe(0)
  })

  it('PRD-14 refuses a time-out that is no length of time', async () => {
    const s = stage()
    for (const timeoutMs of [-1, Number.NaN]) {
      expect(await reasonOf(s.it.close({ timeoutMs }))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
    await s.until(s.send('still open').promise)
    await s.end()
  })

  it('PRD-15 from a delivery callback ends like any other', async () => {
    const s = stage()
    let closing: Promise<unknown> | null = null
    s.it.trySend({ topic: 'orders', partition: 0, value: 'a' }, () => {
      closing = s.it.close()
    })
    const other = s.send('b', 1)
    await s.clock.runUntil(() => closing !== null)
    await s.until(closing!)
    expect(other.state).toBe('resolved')
    await s.end()
  })

  it('happens at the end of `await using`', async () => {
    const s = stage()
    let sent
    const scope = async (): Promise<void> => {
      await using producer = s.it
      sent = watch(producer.send({ topic: 'orders', value: 'a' }))
    }
    await s.until(scope())
    expect(sent).toMatchObject({ state: 'resolved' })
    expect((await reasonOf(s.it.send({ topic: 'orders', value: 'b' }))).code).toBe('PRODUCER_CLOSED')
    await s.end()
  })

  it('of a producer that was never used opens no connection', async () => {
    const s = stage()
    await s.it.close()
    expect(s.cluster.history).toHaveLength(0)
    await s.end()
  })
})
