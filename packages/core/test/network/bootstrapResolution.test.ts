import { ConnectionError } from '@posthorn/contracts'
import { createProducer } from '@posthorn/core'
import { createCluster, VirtualClock } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { reasonOf, watch } from '../support/outcome.ts'
import { foreseeable } from '../support/partitioner.ts'

/** A producer of a cluster whose names do not resolve until `works` is set, but for those of `known`. */
function unresolved(bootstrapResolveTimeoutMs: number, servers: string[], known: string[] = []) {
  const clock = new VirtualClock()
  const cluster = createCluster({ clock, topics: { orders: 1 } })
  const state = { works: false }
  const producer = createProducer({
    bootstrapServers: servers.length === 0 ? cluster.bootstrapServers : servers,
    transport: (env) => {
      const inner = cluster.transport()(env)
      return {
        name: 'names',
        secure: true,
        connect: (to, sink, signal) => {
          if (state.works) return inner.connect(to, sink, signal)
          const code = known.includes(to.host) ? 'CONNECTION_FAILED' : 'NAME_NOT_RESOLVED'
          return Promise.reject(new ConnectionError(code, `no ${to.host}`, { retriable: true }))
        },
      }
    },
    partitioner: foreseeable,
    bootstrapResolveTimeoutMs,
    clock,
    random: () => 0.5,
  })
  return { clock, producer, state }
}

describe('bootstrap names that cannot be resolved', () => {
  it('CON-16 are tried until bootstrapResolveTimeoutMs is over; then every call fails, whatever they stand for later', async () => {
    const { clock, producer, state } = unresolved(5000, ['a:1', 'b:1'])
    const waits = [watch(producer.send({ topic: 'orders', value: 'a' })), watch(producer.partitionsFor('orders'))]
    await clock.advance(5000)
    expect(waits.map((wait) => wait.state)).toEqual(['pending', 'pending'])
    await clock.advance(2000)
    expect(waits.map((wait) => wait.error?.code)).toEqual(Array(2).fill('BOOTSTRAP_RESOLUTION_FAILED'))
    expect(waits[0]?.error).toMatchObject({ action: 'close', cause: { code: 'NAME_NOT_RESOLVED' } })
    state.works = true
    expect((await reasonOf(producer.send({ topic: 'orders', value: 'b' }))).code).toBe('BOOTSTRAP_RESOLUTION_FAILED')
    expect((await reasonOf(producer.partitionsFor('orders'))).code).toBe('BOOTSTRAP_RESOLUTION_FAILED')
    await clock.runUntil(producer.close())
  })

  it('CON-16 in time are as good as any', async () => {
    const { clock, producer, state } = unresolved(5000, [])
    const sent = watch(producer.send({ topic: 'orders', value: 'a' }))
    await clock.advance(4000)
    state.works = true
    await clock.advance(1500)
    expect(sent.state).toBe('resolved')
    await clock.runUntil(producer.close())
  })

  it('CON-16 end nothing while one of them can be, or without a limit', async () => {
    for (const [timeoutMs, known] of [
      [5000, ['b']],
      [0, []],
    ] as const) {
      const { clock, producer } = unresolved(timeoutMs, ['a:1', 'b:1'], [...known])
      const sent = watch(producer.send({ topic: 'orders', value: 'a' }))
      await clock.advance(30_000)
      expect(sent.state).toBe('pending')
      await clock.runUntil(producer.close({ timeoutMs: 0 }))
    }
  })
})
