import { ConfigError } from '@posthorn/contracts'
import type { InitProducerIdRequest } from '@posthorn/protocol'
import { transactions } from '@posthorn/transactions'
import { createProducer } from 'posthorn'
import { describe, expect, it } from 'vitest'
import { send, sendWatched, Stage, watch } from './support/stage.ts'

const orders = { topic: 'orders', value: 'x' }

describe('the calls of a transactional producer', () => {
  it('PRD-21: options that cannot be are refused by name, at once', () => {
    const refusal = (options: unknown): string => {
      try {
        transactions(options as never)
      } catch (error) {
        if (error instanceof ConfigError) return error.message
      }
      return 'accepted'
    }
    expect(refusal(undefined)).toContain('received undefined')
    expect(refusal({ transactionalId: '' })).toBe('transactionalId: expected a string that is not empty, received ""')
    expect(refusal({ transactionalId: 7 })).toContain('received 7')
    expect(refusal({ transactionalId: 'a', transactionTimeoutMs: 0 })).toContain('received 0')
    expect(refusal({ transactionalId: 'a', timeout: 1 })).toContain('there is no option timeout')
    expect(refusal({ transactionalId: 'a' })).toBe('accepted')
  })

  it('TXN-02: init finds the coordinator and gets the producer id, once', async () => {
    const s = new Stage()
    const producer = s.producer({ transactionTimeoutMs: 12_345 })
    expect(producer.delivery.state).toBe('UNINITIALIZED')
    const init = producer.delivery.init()
    expect(producer.delivery.state).toBe('INITIALIZING')
    await s.until(init)
    expect(producer.delivery.state).toBe('READY')
    const [body] = s.bodies<InitProducerIdRequest>('InitProducerId')
    expect(body).toMatchObject({
      transactionalId: 'billing',
      transactionTimeoutMs: 12_345,
      producerId: -1n,
      producerEpoch: -1,
    })
    expect(s.requests()).toEqual(['FindCoordinator v6', 'InitProducerId v5'])
    expect(await s.failure(producer.delivery.init())).toMatchObject({ code: 'INVALID_TXN_STATE' })
    await s.until(producer.close())
  })

  it('TXN-03: begin speaks to nobody; TXN-02 without init it is refused', async () => {
    const s = new Stage()
    const producer = s.producer()
    expect(() => producer.delivery.begin()).toThrow('begin is not allowed in state UNINITIALIZED; allowed now: init')
    await s.until(producer.delivery.init())
    s.requests()
    producer.delivery.begin()
    await s.advance(1000)
    expect(s.requests()).toEqual([])
    await s.until(producer.close())
  })

  it('TXN-04: send is refused before init, outside of a transaction, and after an error', async () => {
    const s = new Stage()
    const producer = s.producer()
    const refused = async (): Promise<string> => (await s.failure(producer.send(orders))).message
    expect(await refused()).toBe('send is not allowed in state UNINITIALIZED; call init and begin first, or use run')
    await s.until(producer.delivery.init())
    expect(await refused()).toBe('send is not allowed in state READY; call begin first')
    producer.delivery.begin()
    s.cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    expect(await s.failure(producer.send(orders))).toMatchObject({ code: 'INVALID_RECORD', action: 'abort' })
    const later = await s.failure(producer.send(orders))
    expect(later).toMatchObject({ code: 'INVALID_RECORD', severity: 'abortable', action: 'abort' })
    expect(later.message).toContain('no record can be sent, the transaction can only be aborted')
    expect(() => producer.trySend(orders)).toThrow('no record can be sent')
    await s.until(producer.close())
  })

  it('commits what was sent, aborts what was sent: TXN-06, TXN-07', async () => {
    const s = new Stage()
    const producer = await s.ready()
    producer.delivery.begin()
    const sent = [0, 1, 2].map((partition) => send(producer, `a${partition}`, partition))
    await s.until(Promise.all(sent))
    expect([s.visible(), s.visible('read_uncommitted')]).toEqual([[], ['a0', 'a1', 'a2']])
    await s.until(producer.delivery.commit())
    expect(s.visible()).toEqual(['a0', 'a1', 'a2'])
    producer.delivery.begin()
    await s.until(send(producer, 'b'))
    await s.until(producer.delivery.abort())
    expect(s.visible()).toEqual(['a0', 'a1', 'a2'])
    expect(producer.delivery.state).toBe('READY')
    await s.until(producer.close())
  })

  it('TXN-08: after an error only abort is accepted, and the next transaction works', async () => {
    const s = new Stage()
    const producer = await s.ready()
    producer.delivery.begin()
    s.cluster.intercept('Produce', { error: 'MESSAGE_TOO_LARGE' }, { times: 1 })
    await s.failure(send(producer, 'a'))
    expect(producer.delivery.state).toBe('ABORTABLE_ERROR')
    expect(await s.failure(producer.delivery.commit())).toMatchObject({ code: 'MESSAGE_TOO_LARGE', action: 'abort' })
    expect(() => producer.delivery.begin()).toThrow('begin is not possible')
    await s.until(producer.delivery.abort())
    producer.delivery.begin()
    const sent = send(producer, 'b')
    await s.until(producer.delivery.commit())
    await s.until(sent)
    expect(s.visible()).toEqual(['b'])
    await s.until(producer.close())
  })

  it('TXN-09, TXN-10: after a fatal error every call throws it', async () => {
    const s = new Stage()
    const old = await s.ready()
    const young = await s.ready()
    old.delivery.begin()
    await s.failure(send(old, 'a'))
    expect(await s.failure(old.delivery.abort())).toMatchObject({ code: 'PRODUCER_FENCED', severity: 'fatal' })
    expect(old.delivery.state).toBe('FATAL_ERROR')
    const expected = { code: 'PRODUCER_FENCED', severity: 'fatal', action: 'close' }
    expect(await s.failure(send(old, 'b'))).toMatchObject(expected)
    expect(await s.failure(old.delivery.commit())).toMatchObject(expected)
    expect(await s.failure(old.delivery.abort())).toMatchObject(expected)
    expect(await s.failure(old.delivery.init())).toMatchObject(expected)
    expect(await s.failure(old.delivery.run(() => 1))).toMatchObject(expected)
    expect(() => old.delivery.begin()).toThrow('the producer can only be closed')
    await s.until(old.close())
    young.delivery.begin()
    void sendWatched(young, 'c')
    await s.until(young.delivery.commit())
    expect(s.visible()).toEqual(['c'])
    await s.until(young.close())
  })

  it('PRD-25, TXN-14: a call waits for maxBlockMs; then only the same call may be made, and waits again', async () => {
    const s = new Stage()
    const producer = await s.ready({ maxBlockMs: 1000 })
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    s.cluster.intercept('EndTxn', { delayAfterMs: 2500 }, { times: 1 })
    const timeout = { code: 'TRANSACTION_TIMEOUT', name: 'TimeoutError', retriable: true }
    expect(await s.failure(producer.delivery.commit())).toMatchObject(timeout)
    expect(await s.failure(producer.delivery.abort())).toMatchObject({ code: 'INVALID_TXN_STATE' })
    expect(() => producer.delivery.begin()).toThrow('begin is not allowed while commit is not over; call commit again')
    expect(await s.failure(producer.delivery.commit())).toMatchObject(timeout)
    await s.advance(2000)
    // Over, but nobody has heard of it yet.
    expect(() => producer.delivery.begin()).toThrow('call commit again')
    await s.until(producer.delivery.commit())
    expect(s.visible()).toEqual(['a'])
    producer.delivery.begin()
    await s.until(send(producer, 'b'))
    s.cluster.intercept('EndTxn', { delayAfterMs: 1500 }, { times: 1 })
    expect(await s.failure(producer.delivery.abort())).toMatchObject(timeout)
    expect(await s.failure(producer.delivery.commit())).toMatchObject({ code: 'INVALID_TXN_STATE' })
    await s.until(producer.delivery.abort())
    expect(s.bodies('EndTxn')).toHaveLength(2)
    await s.until(producer.close())
  })

  it('PRD-25: init that takes too long goes on, and close is allowed meanwhile', async () => {
    const s = new Stage({ brokers: 1 })
    s.cluster.stopBroker(0)
    const producer = s.producer({ maxBlockMs: 500 })
    expect(await s.failure(producer.delivery.init())).toMatchObject({ code: 'TRANSACTION_TIMEOUT' })
    expect(() => producer.delivery.begin()).toThrow('call init again')
    const again = watch(producer.delivery.init())
    await s.until(producer.close({ timeoutMs: 0 }))
    await s.advance(1)
    expect(again.error?.code).toBe('PRODUCER_CLOSED')
  })

  it('PRD-26: a throttled coordinator delays init and fails nothing', async () => {
    const s = new Stage({ brokers: 1 })
    const change = (answer: object): object => ({ ...answer, throttleTimeMs: 3000 })
    s.cluster.intercept('InitProducerId', { error: 'COORDINATOR_LOAD_IN_PROGRESS', change }, { times: 1 })
    const producer = s.producer()
    const init = watch(producer.delivery.init())
    await s.advance(2900)
    expect(init.state).toBe('pending')
    await s.advance(300)
    expect(init.state).toBe('resolved')
    await s.until(producer.close())
  })

  it('PRD-24: a producer without the plugin has no calls', async () => {
    const s = new Stage()
    const plain = createProducer({ bootstrapServers: s.cluster.bootstrapServers, transport: s.cluster.transport() })
    const none: undefined = plain.delivery
    expect(none).toBeUndefined()
    await plain.close()
  })
})
