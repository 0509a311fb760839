import { describe, expect, test } from 'vitest'
import { watch } from '../support/outcome.ts'
import { simulate } from '../support/simulation.ts'

const big = { topic: 'orders', partition: 0, value: 'b'.repeat(50_000) }
const small = { topic: 'orders', partition: 1, value: 's' }

describe('trySend and ready', () => {
  test('in a loop never spin: whoever was refused waits for a change, however much seems free', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const producer = make({ bufferMemory: 65_536, lingerMs: 0 })
    await until(producer.send(small))
    cluster.intercept('Produce', { delayAfterMs: 1000 }, { times: 1 })
    expect(producer.trySend(small)).toBe(true)
    await clock.advance(1)
    // 49152 bytes are free: enough for a batch of the usual size, not for this record.
    let tries = 0
    const loop = (async () => {
      while (!producer.trySend(big)) {
        tries++
        await producer.ready()
      }
    })()
    await until(loop)
    expect(tries).toBe(1)
    expect(await until(producer.close())).toEqual({ acknowledged: 1, failed: 0, abandoned: 0 })
  })

  test('wait for the room where records wait for metadata as well', async () => {
    const { cluster, clock, producer: make, until } = simulate({ topics: {}, autoCreateTopics: false })
    const producer = make({ maxWaitingBytes: 10_000 })
    let taken = 0
    while (producer.trySend(small)) taken++
    expect(taken).toBe(19)
    const ready = watch(producer.ready())
    await clock.advance(1000)
    expect(ready.state).toBe('pending')
    cluster.createTopic('orders', 2)
    await until(ready.promise)
    expect(producer.trySend(small)).toBe(true)
    await until(producer.close())
    expect(cluster.records('orders')).toHaveLength(20)
  })

  test('with no place to wait at all go on when the topic is there', async () => {
    const { producer: make, until } = simulate()
    const producer = make({ maxWaitingBytes: 0 })
    expect(producer.trySend(small)).toBe(false)
    await until(producer.ready())
    expect(producer.trySend(small)).toBe(true)
    await until(producer.close())
  })

  test('let nothing linger while somebody waits for memory', async () => {
    const { clock, producer: make, until } = simulate()
    const producer = make({ bufferMemory: 16_384, lingerMs: 10_000 })
    await until(producer.send(small))
    const before = clock.now()
    expect(producer.trySend(small)).toBe(true)
    expect(producer.trySend({ ...small, partition: 2 })).toBe(false)
    await until(producer.ready())
    expect(clock.now() - before).toBeLessThan(100)
    expect(producer.trySend({ ...small, partition: 2 })).toBe(true)
    await until(producer.close())
  })

  test('end when the producer closes', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const producer = make({ bufferMemory: 16_384 })
    await until(producer.send(small))
    cluster.intercept('Produce', { delayAfterMs: 60_000 })
    expect(producer.trySend(small)).toBe(true)
    await clock.advance(10)
    expect(producer.trySend({ ...small, partition: 2 })).toBe(false)
    const ready = watch(producer.ready())
    await until(producer.close({ timeoutMs: 50 }))
    await until(ready.promise)
    await producer.ready()
    expect(() => producer.trySend(small)).toThrow('closed')
  })
})

describe('close tells of the records on their way', () => {
  test('how many were stored, failed and were given up; not of those before', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const producer = make({ lingerMs: 50 })
    await until(Promise.all([producer.send(small), producer.send(small), producer.send(small)]))
    const { leader } = cluster.partition('orders', 0)
    const other = [1, 2, 3].find((partition) => cluster.partition('orders', partition).leader !== leader)!
    cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { topic: 'secret' })
    cluster.createTopic('secret', 1)
    cluster.pauseBroker(leader)
    const records = [
      ...Array.from({ length: 5 }, () => ({ ...small, partition: other })),
      ...Array.from({ length: 7 }, () => ({ ...small, partition: 0 })),
    ]
    const sends = records.map((record) => watch(producer.send(record)))
    const closing = producer.close({ timeoutMs: 2000 })
    const again = producer.close()
    expect(await until(closing)).toEqual({ acknowledged: 5, failed: 0, abandoned: 7 })
    expect(await again).toBe(await closing)
    await clock.advance(0)
    expect(sends.filter(({ error }) => error?.code === 'PRODUCER_CLOSED')).toHaveLength(7)
  })

  test('waiting sends and failures included', async () => {
    const { producer: make, until } = simulate({ topics: {}, autoCreateTopics: false })
    const producer = make({ maxBlockMs: 300 })
    for (const options of [undefined, undefined, { timeoutMs: 100 }]) watch(producer.send(small, options))
    expect(await until(producer.close())).toEqual({ acknowledged: 0, failed: 3, abandoned: 0 })
    const forced = make()
    for (let i = 0; i < 4; i++) watch(forced.send(small))
    expect(await until(forced.close({ timeoutMs: 0 }))).toEqual({ acknowledged: 0, failed: 0, abandoned: 4 })
  })
})
