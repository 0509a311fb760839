import type { ConnectionEvent, DisconnectEvent, Hooks } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import { stage, states } from '../support/stage.ts'

interface Log {
  readonly hooks: (() => Hooks)[]
  readonly opened: (ConnectionEvent & { at: number })[]
  readonly closed: (DisconnectEvent & { at: number })[]
  clock: { now(): number }
}

function connectionLog(): Log {
  const log: Log = { opened: [], closed: [], clock: { now: () => 0 }, hooks: [] }
  log.hooks.push(() => ({
    name: 'log',
    onConnect: (event) => void log.opened.push({ ...event, at: log.clock.now() }),
    onDisconnect: (event) => void log.closed.push({ ...event, at: log.clock.now() }),
  }))
  return log
}

function staged(options: object = {}, cluster: object = {}): { s: ReturnType<typeof stage>; log: Log } {
  const log = connectionLog()
  const s = stage({ lingerMs: 0, hooks: log.hooks, ...options }, cluster)
  log.clock = s.clock
  return { s, log }
}

describe('connections', () => {
  it('MDT-01 NET-01 are opened when there is something to send, first to a bootstrap address', async () => {
    const { s, log } = staged()
    await s.advance(1000)
    expect(log.opened).toEqual([])
    await s.until(s.send('a', 0).promise)
    const { leader } = s.cluster.partition('orders', 0)
    expect(log.opened.map(({ nodeId }) => nodeId >= 0)).toEqual([false, true])
    expect(log.opened[1]?.nodeId).toBe(leader)
    await s.end()
  })

  it('NET-08 end when a request has waited longer than requestTimeoutMs, with all requests on them', async () => {
    const { s, log } = staged({ requestTimeoutMs: 1000, deliveryTimeoutMs: 60_000, retries: 0 }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.pauseBroker(0)
    const first = s.send('a', 0)
    await s.advance(600)
    const second = s.send('b', 1)
    await s.advance(399)
    expect(states([first, second])).toEqual(['pending', 'pending'])
    await s.advance(2)
    expect(states([first, second])).toEqual(['REQUEST_TIMED_OUT', 'REQUEST_TIMED_OUT'])
    expect(log.closed.at(-1)).toMatchObject({ inFlight: 2, error: { code: 'REQUEST_TIMED_OUT' } })
    s.cluster.resumeBroker(0)
    await s.end()
  })

  it('CON-01 are tried again later and later: twice as long, a fifth more or less, never beyond the maximum', async () => {
    const { s, log } = staged(
      { reconnectBackoffMs: 100, reconnectBackoffMaxMs: 1000, metadataRecoveryStrategy: 'none' },
      { brokers: 1 },
    )
    await s.until(s.send('warm').promise)
    s.cluster.stopBroker(0)
    s.send('a')
    await s.advance(8000)
    const times = log.closed.filter(({ nodeId }) => nodeId === 0).map(({ at }) => at)
    const waits = times.slice(1).map((at, i) => at - times[i]!)
    for (const [i, nominal] of [100, 200, 400, 800, 1000, 1000].entries()) {
      expect(waits[i], `wait ${i}`).toBeGreaterThanOrEqual(nominal * 0.8)
      expect(waits[i], `wait ${i}`).toBeLessThanOrEqual(Math.min(nominal * 1.2, 1000) + 1)
    }
    await s.cluster.startBroker(0)
    await s.end()
  })

  it('CON-02 begin anew with the shortest wait once one was ready', async () => {
    const { s, log } = staged(
      { reconnectBackoffMs: 100, reconnectBackoffMaxMs: 5000, metadataRecoveryStrategy: 'none' },
      { brokers: 1 },
    )
    await s.until(s.send('warm').promise)
    s.cluster.stopBroker(0)
    const sent = s.send('a')
    await s.advance(10_000)
    await s.cluster.startBroker(0)
    await s.until(sent.promise)
    s.cluster.cutConnections()
    const cutAt = s.clock.now()
    await s.until(s.send('b').promise)
    expect(s.clock.now() - cutAt).toBeLessThan(130)
    expect(log.opened.filter(({ nodeId }) => nodeId === 0).length).toBeGreaterThanOrEqual(3)
    await s.end()
  })

  it('CON-06 that never come about are given up, each time later, and the next address is tried', async () => {
    const setup = { socketConnectionSetupTimeoutMs: 1000, socketConnectionSetupTimeoutMaxMs: 8000 }
    const { s, log } = staged({ ...setup, metadataRecoveryStrategy: 'none' }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.stopBroker(0, { silent: true })
    s.cluster.cutConnections()
    s.send('a')
    await s.advance(60_000)
    const timedOut = log.closed.filter(({ nodeId, error }) => nodeId === 0 && error?.code === 'CONNECTION_TIMEOUT')
    expect(timedOut.length).toBeGreaterThan(3)
    const took = timedOut.map(({ error }) => Number(/within (\d+) ms/.exec(error?.message ?? '')?.[1]))
    expect(took[0]).toBe(1000)
    expect(took[1]).toBeGreaterThanOrEqual(1600)
    expect(Math.max(...took)).toBeLessThanOrEqual(8000)
    await s.cluster.startBroker(0)
    await s.end()
  })

  it('NET-16 that are idle for connectionsMaxIdleMs are closed; what is needed is opened again', async () => {
    const { s, log } = staged({ connectionsMaxIdleMs: 5000 })
    await s.until(s.send('a').promise)
    const { leader } = s.cluster.partition('orders', 0)
    await s.advance(6000)
    const idle = log.closed.find(({ nodeId }) => nodeId === leader)
    expect(idle).toMatchObject({ error: null, inFlight: 0 })
    await s.until(s.send('b').promise)
    await s.end()
  })

  it('NET-16 are not idle while a request is out, however long it takes and whatever else happens', async () => {
    const { s, log } = staged({ connectionsMaxIdleMs: 1000, requestTimeoutMs: 10_000 }, { brokers: 2 })
    await s.until(Promise.all([s.send('warm', 0).promise, s.send('warm', 1).promise]))
    const { leader } = s.cluster.partition('orders', 0)
    const elsewhere = s.cluster.partition('orders', 1).leader === leader ? 2 : 1
    s.cluster.intercept('Produce', { delayBeforeMs: 5000 }, { broker: leader, times: 1 })
    const sent = s.send('a', 0)
    await s.advance(3000)
    await s.until(s.send('b', elsewhere).promise)
    await s.until(sent.promise, 6000)
    expect(log.closed.filter(({ nodeId }) => nodeId === leader)).toEqual([])
    await s.end()
  })

  it('CON-12 go to a broker’s new address when metadata tells one, without waiting for the old one’s back-off', async () => {
    const { s, log } = staged({ metadataMaxAgeMs: 1000 }, { brokers: 2 })
    await s.until(Promise.all([s.send('warm', 0).promise, s.send('warm', 1).promise]))
    // Broker 1 is now to be found where broker 0 was all along: only the address is looked at.
    s.cluster.intercept('Metadata', {
      change: (answer: { brokers: { nodeId: number; host: string }[] }) => ({
        ...answer,
        brokers: answer.brokers.map((broker) => ({ ...broker, host: 'broker-0' })),
      }),
    })
    await s.advance(2000)
    s.send('b', s.cluster.partition('orders', 0).leader === 1 ? 0 : 1)
    await s.advance(500)
    const hosts = log.opened.filter(({ nodeId }) => nodeId === 1).map(({ host }) => host)
    expect(hosts.slice(0, 2)).toEqual(['broker-1', 'broker-0'])
    await s.end({ timeoutMs: 0 })
  })

  it('NET-17 work with bytes that arrive in pieces, and with a transport that is full', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { s } = staged()
      const transport = s.cluster.transport({ chunking: true, highWaterMark: 500 })
      const producer = s.producer({ transport, lingerMs: 0, batchSize: 300 })
      const sends = Array.from({ length: 100 }, (_, i) =>
        producer.send({ topic: 'orders', partition: i % 6, value: `${i}`.padEnd(100) }),
      )
      await s.until(Promise.all(sends))
      expect(s.stored()).toHaveLength(100)
      await s.until(producer.close())
      await s.end()
    }
  })
})
