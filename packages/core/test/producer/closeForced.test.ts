import { describe, expect, it } from 'vitest'
import { notingDelivery } from '../support/guard.ts'
import { reasonOf, watch } from '../support/outcome.ts'
import { stage, states } from '../support/stage.ts'

describe('close with a time-out', () => {
  it('SND-04 ACC-20 of 0 fails at once what is queued, in flight and waiting, and says what may have been stored', async () => {
    const s = stage({ lingerMs: 0 })
    await s.until(s.send('warm', 0).promise)
    s.cluster.intercept('Produce', { delayAfterMs: 60_000 })
    const inFlight = s.send('in flight', 0)
    await s.advance(20)
    const queued = s.send('queued', 0)
    const waiting = s.send('waiting', 0, { topic: 'unheard-of' })
    await s.until(s.it.close({ timeoutMs: 0 }))
    expect(states([inFlight, queued, waiting])).toEqual(['PRODUCER_CLOSED', 'PRODUCER_CLOSED', 'PRODUCER_CLOSED'])
    expect([inFlight, queued, waiting].map(({ error }) => error?.maybePersisted)).toEqual([true, false, false])
    expect(inFlight.error).toMatchObject({ topic: 'orders', partition: 0 })
    await s.end()
  })

  it('PRD-14 goes on that long, then fails the rest', async () => {
    const s = stage()
    await s.until(s.send('a', 0).promise)
    const { leader } = s.cluster.partition('orders', 0)
    const elsewhere = [1, 2, 3].find((partition) => s.cluster.partition('orders', partition).leader !== leader)!
    s.cluster.pauseBroker(leader)
    const [stuck, fine] = [s.send('stuck', 0), s.send('fine', elsewhere)]
    const closing = watch(s.it.close({ timeoutMs: 500 }))
    await s.advance(499)
    expect([closing.state, fine.state, stuck.state]).toEqual(['pending', 'resolved', 'pending'])
    await s.advance(1)
    expect([closing.state, ...states([stuck])]).toEqual(['resolved', 'PRODUCER_CLOSED'])
    await s.end()
  })

  it('does not run out when all is delivered before', async () => {
    const s = stage()
    const sent = s.send('a')
    const started = s.clock.now()
    await s.until(s.it.close({ timeoutMs: 60_000 }))
    expect(sent.state).toBe('resolved')
    expect(s.clock.now() - started).toBeLessThan(1000)
    await s.end()
  })

  it('MDT-16 fails a wait for partitionsFor, and wakes who waits for memory', async () => {
    const s = stage({ lingerMs: 10_000, deliveryTimeoutMs: 100_000, bufferMemory: 20_000 })
    const partitions = watch(s.it.partitionsFor('unheard-of'))
    s.send('a', 0)
    await s.advance(100)
    const ready = watch(s.it.ready())
    await s.until(s.it.close({ timeoutMs: 0 }))
    expect([...states([partitions]), ready.state]).toEqual(['PRODUCER_CLOSED', 'resolved'])
    await s.end()
  })

  it('SND-04 tells the guard of each batch once, and asks it for no graceful end any more', async () => {
    const notes: string[] = []
    const s = stage({
      lingerMs: 10_000,
      deliveryTimeoutMs: 100_000,
      delivery: notingDelivery(notes, {
        onClosing: () => {
          notes.push('closing')
          return Promise.resolve()
        },
        close: () => void notes.push('close'),
      }),
    })
    await s.until(s.it.partitionsFor('orders'))
    s.send('a', 0)
    s.send('b', 1)
    await s.until(s.it.close({ timeoutMs: 0 }))
    await s.advance(1000)
    expect(notes).toEqual(['abandoned 0', 'abandoned 1', 'close'])
    await s.end()
  })

  it('SND-05 PRD-16 closes every plugin, the transport too, whatever some of them throw', async () => {
    const closed: string[] = []
    const closing = (name: string) => (): void => {
      closed.push(name)
      throw new Error(`${name} is broken`)
    }
    const serializer = (name: string) => () => ({
      name,
      serialize: (_topic: string, value: unknown) => String(value),
      close: closing(name),
    })
    const s = stage({
      keySerializer: serializer('key'),
      valueSerializer: serializer('value'),
      interceptors: [() => ({ name: 'one', close: closing('interceptor') })],
      hooks: [() => ({ name: 'two', onClose: closing('hook') })],
    })
    s.send('a')
    await s.end()
    expect(closed.sort()).toEqual(['hook', 'interceptor', 'key', 'value'])
    expect(s.logger.errors).toHaveLength(4)
  })

  it('PRD-16 hears of a plugin that closes in its own time and fails', async () => {
    const close = (): void => Promise.reject(new Error('late')) as unknown as undefined
    const s = stage({ interceptors: [() => ({ name: 'slow', close })] })
    s.send('a')
    await s.end()
    expect(s.logger.errors).toEqual(['a plugin threw when it was closed'])
  })

  it('in the middle of connecting leaves no connection and no promise', async () => {
    const s = stage({ maxBlockMs: 5000 }, { latencyMs: 200 })
    const sent = s.send('a')
    await s.advance(300)
    await s.until(s.it.close({ timeoutMs: 0 }))
    expect((await reasonOf(sent.promise)).code).toBe('PRODUCER_CLOSED')
    await s.advance(5000)
    expect(s.requests()).toEqual([])
    await s.end()
  })
})
