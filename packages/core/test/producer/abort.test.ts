import { describe, expect, it } from 'vitest'
import { stage, states } from '../support/stage.ts'

describe('a signal', () => {
  it('ends a wait for metadata with its own reason; those behind go on', async () => {
    const s = stage({ lingerMs: 0 })
    const abort = new AbortController()
    const reason = { why: 'a deadline of mine' }
    const [a, b, c] = [s.send('a'), s.send('b', 0, {}, { signal: abort.signal }), s.send('c')]
    abort.abort(reason)
    await s.end()
    expect(b.error).toBe(reason)
    expect([a.state, c.state]).toEqual(['resolved', 'resolved'])
    expect(s.stored(0)).toEqual(['a', 'c'])
  })

  it('that has aborted already refuses the record, and nobody hears of it', async () => {
    let seen = 0
    const s = stage({ interceptors: [() => ({ name: 'sees', onSend: (record) => (seen++, record) })] })
    const sent = s.send('a', 0, {}, { signal: AbortSignal.abort(new Error('no')) })
    await s.advance(0)
    expect([sent.error?.message, seen]).toEqual(['no', 0])
    await s.end()
    expect(s.requests()).toEqual([])
  })

  it('changes nothing for a record that is in a batch', async () => {
    const s = stage({ lingerMs: 50 })
    await s.until(s.send('warm').promise)
    const abort = new AbortController()
    const sent = s.send('a', 0, {}, { signal: abort.signal })
    await s.advance(10)
    abort.abort()
    await s.end()
    // Its caller waits no longer, and learns that the record goes its way.
    expect(sent.error).toMatchObject({ code: 'SEND_ABORTED', maybePersisted: true })
    expect(s.cluster.records('orders')).toHaveLength(2)
  })

  it('ends a wait for a serializer; its late result harms nobody', async () => {
    const slow = Promise.withResolvers<string>()
    const s = stage({
      lingerMs: 0,
      valueSerializer: () => ({
        name: 'slow',
        serialize: (_topic, value) => (value === 'slow' ? slow.promise : value),
      }),
    })
    const abort = new AbortController()
    const [a, b] = [s.send('slow', 0, {}, { signal: abort.signal }), s.send('b')]
    await s.advance(100)
    expect(states([a, b])).toEqual(['pending', 'pending'])
    abort.abort(new Error('enough'))
    await s.until(b.promise)
    slow.resolve('late')
    await s.end()
    expect(a.error?.message).toBe('enough')
    expect(s.stored()).toEqual(['b'])
  })

  it('is not listened to any more once the record has its place', async () => {
    const s = stage()
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove(...args)
    }
    const sent = s.send('a', 0, {}, { signal })
    expect(listeners).toBe(1)
    await s.until(sent.promise)
    expect(listeners).toBe(0)
    await s.end()
  })
})
