import { describe, expect, test } from 'vitest'
import { simulate } from '../support/simulation.ts'

describe('rebootstrap (KIP-899, KIP-1102)', () => {
  test('RBS-01 RBS-05: when all known brokers are gone, the bootstrap addresses are asked again, and batches wait', async () => {
    const { clock, cluster, producer: make, until } = simulate()
    // The brokers tell addresses at which nobody answers, as after a move of the whole cluster.
    const lying = cluster.intercept('Metadata', {
      change: (answer: { brokers: { port: number }[] }) => ({
        ...answer,
        brokers: answer.brokers.map((broker) => ({ ...broker, port: broker.port + 1000 })),
      }),
    })
    const producer = make()
    const sent = producer.send({ topic: 'orders', value: 'patience' })
    await clock.advance(10_000)
    lying.remove()
    await expect(until(sent)).resolves.toMatchObject({ offset: 0n })
    await until(producer.close())
  })

  test('RBS-02: with strategy none, the client waits for the brokers that it knows', async () => {
    const { clock, cluster, producer: make, until } = simulate()
    const lying = cluster.intercept('Metadata', {
      change: (answer: { brokers: { port: number }[] }) => ({
        ...answer,
        brokers: answer.brokers.map((broker) => ({ ...broker, port: broker.port + 1000 })),
      }),
    })
    const producer = make({ metadataRecoveryStrategy: 'none' })
    const sent = producer.send({ topic: 'orders', value: 'in vain' })
    await clock.advance(10_000)
    lying.remove()
    await expect(until(sent)).rejects.toMatchObject({ code: 'DELIVERY_TIMEOUT', maybePersisted: false })
    await until(producer.close())
  })

  test('RBS-03: metadata wanted in vain for so long closes all connections and begins again', async () => {
    const { clock, cluster, producer: make, until } = simulate({ brokers: 1, topics: { orders: 1 } })
    const producer = make({ metadataRecoveryRebootstrapTriggerMs: 20_000, requestTimeoutMs: 30_000 })
    await until(producer.send({ topic: 'orders', value: 'a' }))
    cluster.clearHistory()
    cluster.intercept('Metadata', { drop: true }, { times: 1 })
    void producer.partitionsFor('other').catch(() => {})
    await clock.advance(25_000)
    const connections = new Set(cluster.history.map((request) => request.connection))
    expect(connections.size).toBeGreaterThan(1)
    await until(producer.close())
  })

  test('RBS-03: a trigger shorter than the back-off does not end every attempt that follows', async () => {
    const { cluster, producer: make, until } = simulate({ brokers: 1, topics: { orders: 1 } })
    const producer = make({ metadataRecoveryRebootstrapTriggerMs: 60, retryBackoffMs: 300, retryBackoffMaxMs: 300 })
    cluster.intercept('Metadata', { drop: true }, { times: 1 })
    await expect(until(producer.send({ topic: 'orders', value: 'a' }), 5000)).resolves.toMatchObject({ offset: 0n })
    await until(producer.close())
  })

  test('RBS-04: REBOOTSTRAP_REQUIRED in an answer does the same at once', async () => {
    const { cluster, producer: make, until } = simulate({ brokers: 1, topics: { orders: 1 } })
    cluster.intercept('Metadata', { change: (answer: object) => ({ ...answer, errorCode: 129 }) }, { times: 1 })
    const producer = make()
    await expect(until(producer.send({ topic: 'orders', value: 'a' }), 5000)).resolves.toMatchObject({ offset: 0n })
    await until(producer.close())
  })
})
