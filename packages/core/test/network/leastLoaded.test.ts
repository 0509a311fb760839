import { describe, expect, it } from 'vitest'
import { stage } from '../support/stage.ts'

/** Brokers that metadata requests went to, and when. */
const asked = (s: ReturnType<typeof stage>): number[] =>
  s.cluster.history.filter(({ apiName }) => apiName === 'Metadata').map(({ broker }) => broker)

describe('a request that any broker can answer', () => {
  it('NET-13 goes to a broker that is connected and has nothing else to do', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const s = stage({ lingerMs: 0 }, { topics: { orders: 3, bills: 1 } }, seed)
      await s.until(Promise.all([0, 1, 2].map((partition) => s.send('warm', partition).promise)))
      const busy = [0, 1].map((partition) => s.cluster.partition('orders', partition).leader)
      s.cluster.intercept('Produce', { delayAfterMs: 500 })
      s.send('a', 0)
      s.send('b', 1)
      await s.advance(1)
      s.cluster.clearHistory()
      s.send('c', 0, { topic: 'bills' })
      await s.advance(1)
      expect(asked(s)).toHaveLength(1)
      expect(busy).not.toContain(asked(s)[0])
      s.cluster.clearInterceptions()
      await s.end()
    }
  })

  it('NET-13 goes to a busy one rather than to one that has yet to be connected to', async () => {
    const s = stage({ lingerMs: 0 }, { topics: { orders: 3, bills: 1 } })
    await s.until(s.send('warm', 0).promise)
    const { leader } = s.cluster.partition('orders', 0)
    s.cluster.intercept('Produce', { delayAfterMs: 500 }, { times: 1 })
    s.send('a', 0)
    await s.advance(1)
    s.cluster.clearHistory()
    s.send('c', 0, { topic: 'bills' })
    await s.advance(600)
    expect(asked(s)).toEqual([leader])
    await s.end()
  })

  it('NET-14 goes elsewhere while a broker has asked for a pause', async () => {
    const s = stage({ lingerMs: 0 }, { topics: { orders: 3, bills: 1 } })
    await s.until(Promise.all([0, 1].map((partition) => s.send('warm', partition).promise)))
    s.cluster.throttle(5000)
    await s.until(s.send('a', 0).promise)
    s.cluster.throttle(0)
    s.cluster.clearHistory()
    s.send('c', 0, { topic: 'bills' })
    await s.advance(100)
    expect(asked(s)).toHaveLength(1)
    expect(asked(s)[0]).not.toBe(s.cluster.partition('orders', 0).leader)
    await s.end()
  })

  it('MDT-19 waits for the connection that is being opened instead of opening more', async () => {
    const s = stage({ lingerMs: 0 }, { latencyMs: 100 })
    let attempts = 0
    const inner = s.cluster.transport()
    const producer = s.producer({
      transport: (env) => {
        const transport = inner(env)
        return {
          ...transport,
          connect: (...args) => {
            attempts++
            return transport.connect(...args)
          },
        }
      },
    })
    const sent = producer.send({ topic: 'orders', value: 'a' })
    await s.advance(150)
    expect(attempts).toBe(1)
    await s.until(sent)
    await s.until(producer.close())
    await s.end()
  })

  it('NET-13 tries the addresses it was given one after the other, the one that was tried longest ago first', async () => {
    const s = stage({ lingerMs: 0, maxBlockMs: 20_000 })
    for (const broker of [0, 1]) s.cluster.stopBroker(broker)
    await s.until(s.send('a', 0).promise, 5000)
    await s.end()
  })
})
