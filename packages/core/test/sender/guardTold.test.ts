import type { ControlPlane } from '@posthorn/contracts'
import { KafkaError } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import { openDelivery } from '../support/guard.ts'
import { stage, states } from '../support/stage.ts'

describe('a delivery guard, for transactions', () => {
  it('hears when a request is over that outlived its batch', async () => {
    const over: boolean[] = []
    const delivery = openDelivery({ onRequestOver: ({ inFlight }) => void over.push(inFlight) })
    const s = stage({ lingerMs: 0, requestTimeoutMs: 3000, deliveryTimeoutMs: 3000, delivery })
    await s.until(s.send('before').promise)
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 1 })
    s.cluster.intercept('Produce', { delayAfterMs: 2950 }, { times: 1 })
    const expired = s.send('a')
    await s.advance(3010)
    expect(expired.error?.code).toBe('DELIVERY_TIMEOUT')
    expect(over).toEqual([])
    await s.advance(200)
    expect(over).toEqual([false])
    await s.end()
  })

  it('hears of records that never reach a batch, and not of a caller’s own signal', async () => {
    const refused: string[] = []
    const delivery = openDelivery({ onRefused: ({ code }) => void refused.push(code) })
    const s = stage({ lingerMs: 0, maxBlockMs: 1000, maxRequestSize: 1000, delivery })
    await s.until(s.it.partitionsFor('orders'))
    s.send('x'.repeat(2000))
    s.send('a', 77)
    const abort = new AbortController()
    const withdrawn = s.it.send({ topic: 'orders', value: 'b', partition: 78 }, { signal: abort.signal })
    withdrawn.catch(() => {})
    await s.advance(10)
    abort.abort(new Error('changed my mind'))
    await s.advance(1500)
    expect(refused).toEqual(['MESSAGE_TOO_LARGE', 'METADATA_TIMEOUT'])
    await s.end()
  })

  it('says how the application is to see an error', async () => {
    const outcomeOf = (cause: KafkaError): KafkaError =>
      new KafkaError(cause.code, 'abort', { severity: 'abortable', cause })
    const s = stage({ lingerMs: 0, delivery: openDelivery({ outcomeOf }) })
    s.cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    const sent = s.send('a')
    await s.end()
    expect(sent.error).toMatchObject({ code: 'INVALID_RECORD', severity: 'abortable', action: 'abort' })
  })

  it('fails the sends that wait together with what was never drained', async () => {
    let control: ControlPlane | null = null
    const attach = (given: ControlPlane): void => {
      control = given
    }
    const s = stage({
      lingerMs: 5000,
      batchSize: 600,
      bufferMemory: 1200,
      maxWaitingBytes: 100_000,
      delivery: openDelivery({ attach }),
    })
    await s.until(s.it.partitionsFor('orders'))
    const sends = ['a', 'b', 'c', 'd'].map((letter) => s.send(letter.repeat(500), 0))
    expect(s.requests()).not.toContain('Produce')
    control!.failUndrained(new KafkaError('TRANSACTION_ABORTED', 'aborted'))
    await s.advance(0)
    expect(states(sends)).toEqual(Array(4).fill('TRANSACTION_ABORTED'))
    await s.end()
    expect(s.stored(0)).toEqual([])
  })

  it('API-08 learns what the cluster has agreed on, and what the brokers speak', async () => {
    let control: ControlPlane | null = null
    const attach = (given: ControlPlane): void => {
      control = given
    }
    const s = stage({ lingerMs: 0, delivery: openDelivery({ attach }) })
    const finalized = (epoch: bigint, level: number) => (answer: object) => ({
      ...answer,
      finalizedFeaturesEpoch: epoch,
      finalizedFeatures: [{ name: 'transaction.version', maxVersionLevel: level, minVersionLevel: level }],
    })
    expect(control!.featureLevel('transaction.version')).toBe(0)
    s.cluster.intercept('ApiVersions', { change: finalized(7n, 2) }, { times: 1 })
    await s.until(s.it.partitionsFor('orders'))
    expect(control!.featureLevel('transaction.version')).toBe(2)
    // A broker that has not heard of it yet tells nothing new.
    s.cluster.intercept('ApiVersions', { change: finalized(6n, 1) })
    for (const partition of [0, 1, 2]) s.send('a', partition)
    await s.advance(1000)
    expect(control!.featureLevel('transaction.version')).toBe(2)
    const { leader } = s.cluster.partition('orders', 0)
    expect(control!.maxVersion(22, leader)).toBe(5)
    s.cluster.stopBroker(leader)
    await s.advance(10)
    expect(control!.maxVersion(22, leader)).toBeNull()
    void s.cluster.startBroker(leader)
    await s.end()
  })
})
