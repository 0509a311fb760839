import type { Hooks } from '@posthorn/contracts'
import { VirtualClock } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { SenderLoop } from '../../src/sender/senderLoop.ts'
import { openDelivery } from '../support/guard.ts'
import { recordingLogger } from '../support/recordingLogger.ts'
import { stage } from '../support/stage.ts'

const silent = { connectionsMaxIdleMs: -1, metadataMaxAgeMs: 600_000, deliveryTimeoutMs: 600_000 }

/** When the next pass runs, ms from now. */
async function nextPass(s: ReturnType<typeof stage>): Promise<number> {
  const { runs } = s.passes
  const from = s.clock.now()
  while (s.passes.runs === runs && s.clock.now() - from < 700_000) await s.advance(1)
  return s.clock.now() - from
}

describe('a pass', () => {
  it('SPD-14 sends what it drains itself, not something that runs later', async () => {
    let inPass = false
    const sent: boolean[] = []
    const sees = (): Hooks => ({
      name: 'sees',
      onBatchSealed: () => {
        inPass = true
        // Whatever follows the pass comes after this.
        queueMicrotask(() => {
          inPass = false
        })
      },
      onRequest: ({ api }) => {
        if (api === 'Produce') sent.push(inPass)
      },
    })
    const s = stage({ lingerMs: 0, hooks: [sees] })
    await s.until(s.send('a').promise)
    await s.until(s.send('b').promise)
    expect(sent).toEqual([true, true])
    await s.end()
  })

  it('SND-07 sends data and then sleeps as long as it reckoned', async () => {
    const clock = new VirtualClock()
    const steps: string[] = []
    const loop = new SenderLoop(clock, recordingLogger(), {
      runOnce: (now) => {
        steps.push(`pass at ${now}`)
        return now < 100 ? 70 : Number.POSITIVE_INFINITY
      },
      isIdle: () => false,
    })
    loop.wake()
    await clock.advance(10_000)
    expect(steps).toEqual(['pass at 0', 'pass at 70', 'pass at 140'])
  })

  it('NET-12 SPD-13 is followed by one when a request has waited too long, a batch has lingered, metadata is too old', async () => {
    const s = stage({ ...silent, lingerMs: 400, requestTimeoutMs: 3000 }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    await s.advance(50)
    expect(await nextPass(s)).toBe(600_000 - 450)
    await s.advance(1000)
    s.send('a')
    await s.advance(1)
    expect(await nextPass(s)).toBe(399)
    s.cluster.pauseBroker(0)
    await s.advance(1000)
    s.send('b')
    await s.advance(401)
    expect(await nextPass(s)).toBe(2999)
    s.cluster.resumeBroker(0)
    await s.end()
  })

  it('SPD-01 asks for metadata of a partition that has data and no leader, and sends when one is known', async () => {
    const s = stage({ ...silent, lingerMs: 0 })
    await s.until(s.send('warm').promise)
    s.cluster.moveLeader('orders', 0, -1)
    const sent = s.send('a')
    await s.advance(3000)
    expect(sent.state).toBe('pending')
    expect(s.requests().filter((name) => name === 'Metadata').length).toBeGreaterThan(2)
    s.cluster.moveLeader('orders', 0, 1)
    await s.until(sent.promise, 2000)
    await s.end()
  })

  it('SPD-02 leaves out a broker that takes no request, has it connected to, and comes again when that may be tried', async () => {
    const s = stage(
      { ...silent, lingerMs: 0, reconnectBackoffMs: 700, metadataRecoveryStrategy: 'none' },
      { brokers: 2 },
    )
    await s.until(Promise.all([0, 1].map((partition) => s.send('warm', partition).promise)))
    const { leader } = s.cluster.partition('orders', 0)
    const other = s.cluster.partition('orders', 1).leader === leader ? 2 : 1
    s.cluster.stopBroker(leader, { leaders: 'stay' } as object)
    const down = s.send('down', 0)
    await s.until(s.send('up', other).promise, 100)
    await s.advance(100)
    expect(down.state).toBe('pending')
    await s.cluster.startBroker(leader)
    await s.until(down.promise, 2000)
    await s.end()
  })

  it('SPD-03 fills requests up to maxRequestSize, and none beyond', async () => {
    const sizes: number[] = []
    const hooks = [
      (): Hooks => ({
        name: 'sees',
        onRequest: ({ api, bytes }) => {
          if (api === 'Produce') sizes.push(bytes)
        },
      }),
    ]
    const s = stage({ lingerMs: 50, batchSize: 1000, maxRequestSize: 3000, hooks }, { brokers: 1 })
    await s.until(s.it.partitionsFor('orders'))
    for (let partition = 0; partition < 6; partition++) s.send('x'.repeat(800), partition)
    await s.advance(1000)
    expect(sizes).toHaveLength(2)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3000 + 200)
    expect(Math.min(...sizes)).toBeGreaterThan(2400)
    await s.end()
  })

  it('SPD-12 counts what it drains before any answer is there', async () => {
    const s = stage({ lingerMs: 0 }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.pauseBroker(0)
    s.send('a')
    await s.advance(1)
    const total = s.it.metrics().find(({ name, tags }) => name === 'record-send-total' && tags['topic'] === undefined)
    expect(total?.value()).toBe(2)
    s.cluster.resumeBroker(0)
    await s.end()
  })

  it('PRQ-08 waits for an answer unless acks is 0', async () => {
    for (const [acks, inFlight] of [
      [0, 0],
      [1, 1],
      ['all', 1],
    ] as const) {
      const s = stage({ acks, lingerMs: 0 }, { brokers: 1 })
      await s.until(s.send('warm').promise)
      s.cluster.pauseBroker(0)
      const sent = s.send('a')
      await s.advance(5)
      const gauge = s.it.metrics().find(({ name }) => name === 'requests-in-flight')
      expect([gauge?.value(), sent.state]).toEqual([inFlight, inFlight === 0 ? 'resolved' : 'pending'])
      s.cluster.resumeBroker(0)
      await s.end()
    }
  })

  it('ACC-17 sends what has to be sent again before what is new: first in its queue, or where the guard puts it', async () => {
    let sequence = 0
    const delivery = openDelivery({
      stamp: () => ({ producerId: 1n, producerEpoch: 0, baseSequence: sequence++, transactional: false }),
      compare: (a, b) => a.stamp!.baseSequence - b.stamp!.baseSequence,
    })
    for (const own of [{}, { delivery }]) {
      sequence = 0
      const s = stage({ lingerMs: 0, batchSize: 0, retryBackoffMs: 50, ...own }, { brokers: 1 })
      const fail = s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' })
      const sends = ['a', 'b', 'c', 'd'].map((value) => s.send(value))
      await s.advance(20)
      fail.remove()
      await s.until(Promise.all(sends.map(({ promise }) => promise)), 5000)
      expect(s.stored(0)).toEqual(['a', 'b', 'c', 'd'])
      await s.end()
    }
  })
})
