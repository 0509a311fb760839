import type { ControlPlane, Delivery, DeliveryGuard, GuardedBatch, Plugin } from '@posthorn/contracts'
import { createCluster, VirtualClock } from '@posthorn/testkit'
import { createProducer, idempotence, KafkaError } from 'posthorn'
import { describe, expect, test } from 'vitest'
import { fateOf } from './support/settle.ts'
import { watched } from './support/watchedClock.ts'

type Method = 'onPass' | 'onOpened' | 'mayDrain' | 'stamp' | 'compare' | 'judge' | Told
type Told = 'onCompleted' | 'onFailed' | 'onExpired' | 'onSplit' | 'onAbandoned' | 'onClosing' | 'close'

const methods: readonly Method[] = [
  'onPass',
  'onOpened',
  'mayDrain',
  'stamp',
  'compare',
  'judge',
  'onCompleted',
  'onFailed',
  'onExpired',
  'onSplit',
  'onAbandoned',
  'onClosing',
  'close',
]

/** Idempotence that has one method replaced. */
function changed(method: Method, by: () => never): Plugin<Delivery> {
  return (env) => {
    const { guard } = idempotence()(env)
    const own = guard as unknown as Record<string, unknown>
    own[method] = by
    return { guard, handle: undefined }
  }
}

describe('a guard that throws', () => {
  test.each(methods)('in %s leaves no record unsettled and no timer running', async (method) => {
    const clock = new VirtualClock()
    const watching = watched(clock)
    const cluster = createCluster({ topics: { orders: { partitions: 1, maxMessageBytes: 200 } }, clock })
    const boom = (): never => {
      throw new Error('boom')
    }
    const producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      transport: cluster.transport(),
      delivery: changed(method, boom),
      lingerMs: 5,
      requestTimeoutMs: 300,
      deliveryTimeoutMs: 1000,
      clock: watching,
    })
    const fates: Promise<string>[] = []
    const send = (value: string): void => void fates.push(fateOf(producer.send({ topic: 'orders', value })))
    // Stored; divided; retried, two at a time; refused; expired; abandoned.
    send('a')
    await clock.advance(100)
    for (let i = 0; i < 20; i++) send(`part ${i} of a batch that is too large`)
    await clock.advance(200)
    cluster.intercept('Produce', { cutBefore: true }, { times: 2 })
    send('b')
    await clock.advance(6)
    send('c')
    await clock.advance(500)
    cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    send('d')
    await clock.advance(1500)
    cluster.intercept('Produce', { drop: true })
    send('e')
    await clock.advance(1500)
    send('f')
    await clock.advance(50)
    await clock.runUntil(producer.close({ timeoutMs: 10 }))
    await clock.runUntil(Promise.all(fates))
    expect(watching.running).toBe(0)
  })
})

describe('the control plane', () => {
  test('stamps no batch anew that may have been stored, and fails the one that it is asked to', async () => {
    const clock = new VirtualClock()
    const cluster = createCluster({ topics: { orders: 1 }, clock })
    const seen: string[] = []
    const meddling: Plugin<Delivery> = (env) => {
      const { guard } = idempotence()(env)
      let control: ControlPlane
      const attach = guard.attach.bind(guard)
      const mayDrain = guard.mayDrain.bind(guard)
      const own: Partial<DeliveryGuard> = {
        attach: (given) => attach((control = given)),
        mayDrain(batch: GuardedBatch) {
          if (batch.attempts === 0) return mayDrain(batch)
          try {
            control.restamp(batch, { producerId: 1n, producerEpoch: 9, baseSequence: 0, transactional: false })
          } catch (error) {
            seen.push((error as Error).message)
          }
          control.fail(batch, new KafkaError('OUT_OF_ORDER_SEQUENCE_NUMBER', 'no more'))
          return false
        },
      }
      return { guard: Object.assign(guard, own), handle: undefined }
    }
    const producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      transport: cluster.transport(),
      delivery: meddling,
      lingerMs: 0,
      clock,
    })
    cluster.intercept('Produce', { cutAfter: true }, { times: 1 })
    const fate = fateOf(producer.send({ topic: 'orders', value: 'a' }))
    expect(await clock.runUntil(fate)).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER?')
    expect(seen).toEqual(['a batch that may have been stored cannot be stamped anew'])
    await clock.runUntil(producer.close())
  })
})
