import type { Hooks, ThrottleEvent } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import { stage } from '../support/stage.ts'

describe('a broker that asks for a pause', () => {
  it('NET-15 gets no request for so long, and hooks hear of it', async () => {
    const events: ThrottleEvent[] = []
    const s = stage(
      { lingerMs: 0, hooks: [() => ({ name: 'sees', onThrottle: (event) => void events.push(event) })] },
      { brokers: 1 },
    )
    await s.until(s.send('warm').promise)
    s.cluster.throttle(2000)
    await s.until(s.send('a').promise)
    expect(events).toEqual([{ nodeId: 0, api: 'Produce', throttleTimeMs: 2000 }])
    s.cluster.throttle(0)
    s.cluster.clearHistory()
    const waits = s.send('b')
    await s.advance(1999)
    expect([waits.state, s.requests()]).toEqual(['pending', []])
    await s.advance(2)
    expect(waits.state).toBe('resolved')
    await s.end()
  })

  it('NET-14 holds up no other broker', async () => {
    const s = stage({ lingerMs: 0 })
    await s.until(Promise.all([s.send('warm', 0).promise, s.send('warm', 1).promise]))
    s.cluster.throttle(5000)
    await s.until(s.send('a', 0).promise)
    s.cluster.throttle(0)
    await s.until(s.send('b', 1).promise, 100)
    await s.end()
  })

  it('NET-08 does not lose requests that it has not read: the pause is not time that it took to answer', async () => {
    const s = stage({ lingerMs: 0, requestTimeoutMs: 1000, deliveryTimeoutMs: 60_000 }, { brokers: 1, latencyMs: 5 })
    await s.until(s.it.partitionsFor('orders'))
    await s.until(s.send('warm').promise)
    s.cluster.throttle(5000)
    s.cluster.clearHistory()
    const first = s.send('a', 1)
    await s.advance(2)
    const second = s.send('b', 2)
    await s.until(Promise.all([first.promise, second.promise]), 20_000)
    // One connection all along, and each request once.
    expect(s.cluster.history.filter(({ apiName }) => apiName === 'ApiVersions')).toHaveLength(0)
    expect(s.requests().filter((name) => name === 'Produce')).toHaveLength(2)
    s.cluster.throttle(0)
    await s.end()
  })

  it('NET-15 while the connection is set up is obeyed before the first request', async () => {
    const events: ThrottleEvent[] = []
    const sees = (): Hooks => ({ name: 'sees', onThrottle: (event) => void events.push(event) })
    const s = stage({ lingerMs: 0, hooks: [sees] }, { brokers: 1 })
    const change = (answer: object): object => ({ ...answer, throttleTimeMs: 2000 })
    s.cluster.intercept('ApiVersions', { change }, { times: 1 })
    s.send('a')
    await s.advance(1999)
    expect([s.requests(), events]).toEqual([[], [{ nodeId: -1, api: 'ApiVersions', throttleTimeMs: 2000 }]])
    await s.advance(2)
    expect(s.requests()).toEqual(['Metadata', 'Produce'])
    await s.end()
  })

  it('NET-15 in an answer of a version in which the broker waits by itself is not obeyed again', async () => {
    const notes: string[] = []
    const sees = (): Hooks => ({
      name: 'sees',
      onRequest: ({ api }) => void notes.push(api),
      onThrottle: () => void notes.push('throttle'),
    })
    const s = stage({ lingerMs: 0, hooks: [sees] }, { brokers: 1, apiVersions: { Produce: { max: 5 } } })
    await s.until(s.send('warm').promise)
    s.cluster.throttle(2000)
    await s.until(s.send('a').promise)
    s.cluster.throttle(0)
    notes.length = 0
    s.send('b', 1)
    await s.advance(1)
    expect(notes).toEqual(['Produce'])
    await s.end()
  })
})
