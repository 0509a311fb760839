import type { ControlPlane, DeliveryGuard } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import { notingDelivery, openDelivery } from '../support/guard.ts'
import { stage, states } from '../support/stage.ts'

const throwing = (what: string) => (): never => {
  throw new Error(`${what} is broken`)
}

describe('a delivery guard', () => {
  it('that throws where it is told something is logged, and nothing else changes', async () => {
    for (const member of ['onPass', 'onOpened', 'onCompleted'] as const) {
      const s = stage({ delivery: openDelivery({ [member]: throwing(member) }) })
      const sent = s.send('a')
      await s.end()
      expect(sent.state).toBe('resolved')
      expect(s.logger.errors).toContain(`delivery guard open threw in ${member}`)
    }
  })

  it('FLB-08 that throws where it is told of a failure: the record fails all the same', async () => {
    for (const [member, options] of [
      ['onFailed', {}],
      ['onExpired', { lingerMs: 0, requestTimeoutMs: 500, deliveryTimeoutMs: 500 }],
    ] as const) {
      const s = stage({ ...options, delivery: openDelivery({ [member]: throwing(member) }) })
      s.cluster.intercept('Produce', { error: member === 'onFailed' ? 'INVALID_RECORD' : 'NOT_ENOUGH_REPLICAS' })
      const sent = s.send('a')
      await s.advance(2000)
      expect(sent.state).toBe('rejected')
      await s.end()
      expect(s.logger.errors).toContain(`delivery guard open threw in ${member}`)
    }
  })

  it('that throws where it is asked has said no: the batch waits, or fails', async () => {
    let broken = true
    const once =
      <T>(what: string, otherwise: T) =>
      (): T =>
        broken ? throwing(what)() : otherwise
    for (const own of [
      { mayDrain: once('mayDrain', true) },
      { stamp: once('stamp', { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false }) },
    ] satisfies Partial<DeliveryGuard>[]) {
      broken = true
      const s = stage({ lingerMs: 0, delivery: openDelivery(own) })
      const sends = [s.send('a', 0), s.send('b', 1)]
      await s.advance(100)
      expect(states(sends)).toEqual(['pending', 'pending'])
      broken = false
      // Asked again in the next pass, which another record brings about.
      sends.push(s.send('c', 2))
      await s.end()
      expect(states(sends)).toEqual(['resolved', 'resolved', 'resolved'])
    }
    const s = stage({ lingerMs: 0, delivery: openDelivery({ judge: throwing('judge') }) })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 1 })
    const sent = s.send('a')
    await s.end()
    expect(states([sent])).toEqual(['NOT_ENOUGH_REPLICAS'])
  })

  it('that throws where it compares loses no batch', async () => {
    const s = stage({ lingerMs: 0, batchSize: 0, delivery: openDelivery({ compare: throwing('compare') }) })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 3 })
    const sends = [0, 1, 2, 3].map((i) => s.send(`${i}`))
    await s.end()
    expect(new Set(states(sends))).toEqual(new Set(['resolved']))
    expect(s.stored(0).sort()).toEqual(['0', '1', '2', '3'])
  })

  it('hears of the end of each batch exactly once, whatever it is', async () => {
    const notes: string[] = []
    const times = { lingerMs: 0, requestTimeoutMs: 1000, deliveryTimeoutMs: 1000 }
    const s = stage({ ...times, delivery: notingDelivery(notes) })
    await s.until(s.it.partitionsFor('orders'))
    s.cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { broker: s.cluster.partition('orders', 1).leader })
    s.cluster.intercept(
      'Produce',
      { error: 'NOT_ENOUGH_REPLICAS' },
      { broker: s.cluster.partition('orders', 2).leader },
    )
    for (const partition of [0, 1, 2]) s.send('a', partition)
    await s.advance(3000)
    expect(notes.sort()).toEqual(['completed 0', 'expired 2 attempted', 'failed 1 INVALID_RECORD refused'])
    await s.end()
  })

  it('ACC-21 FLB-08 may fail everything that was not sent, or everything, from within; a late answer is no news', async () => {
    let control: ControlPlane | null = null
    const notes: string[] = []
    const delivery = notingDelivery(notes, {
      attach: (given) => {
        control = given
      },
      mayDrain: ({ partition }) => partition.partition === 0,
    })
    const s = stage({ lingerMs: 0, delivery })
    await s.until(s.it.partitionsFor('orders'))
    // The late answer asks for another attempt, at a batch that is over.
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS', delayAfterMs: 1000 })
    const sends = [s.send('in flight', 0), s.send('held back', 1)]
    await s.advance(100)
    const error = Object.assign(new Error('enough'), { code: 'ENOUGH' }) as never
    control!.failUndrained(error)
    await s.advance(0)
    expect(states(sends)).toEqual(['pending', 'ENOUGH'])
    control!.failAll(error)
    await s.advance(0)
    expect(sends[0]?.error).toMatchObject({ code: 'ENOUGH', maybePersisted: true })
    await s.advance(2000)
    expect(notes).toEqual(['abandoned 1', 'abandoned 0'])
    expect(s.requests().filter((name) => name === 'Produce')).toHaveLength(1)
    await s.end()
  })

  it('PRD-20 with settings under which it cannot keep its promise is refused', () => {
    expect(() => stage({ delivery: openDelivery(), acks: 1 })).toThrow(
      "acks: expected 'all' with delivery open, received 1",
    )
    expect(() => stage({ delivery: openDelivery(), maxInFlightRequestsPerConnection: 6 })).toThrow(
      'maxInFlightRequestsPerConnection: expected at most 5 with delivery open, received 6',
    )
  })
})
