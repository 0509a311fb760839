import { ConfigError } from '@posthorn/contracts'
import { createCluster } from '@posthorn/testkit'
import { createProducer, type Producer, transactions, type Transactions } from 'posthorn'
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest'

const base = { bootstrapServers: 'localhost:9092' }
interface Closable {
  close(): Promise<unknown>
}
const made: Closable[] = []
afterEach(async () => {
  for (const producer of made.splice(0)) await producer.close()
})

function keep<P extends Closable>(producer: P): P {
  made.push(producer)
  return producer
}

/** As a caller without types would do it. */
const createAny = createProducer as unknown as (options: object) => Producer<never, never, unknown>

describe('transactionalId', () => {
  it('stands for delivery: transactions(…): id and time-out are those of the coordinator', async () => {
    await using cluster = createCluster({ brokers: 1, topics: { out: 1 } })
    const timeouts: unknown[] = []
    cluster.intercept('InitProducerId', ({ body }) => {
      timeouts.push((body as { transactionTimeoutMs: number }).transactionTimeoutMs)
      return undefined
    })
    await using producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      transport: cluster.transport(),
      transactionalId: 'mover-1',
      transactionTimeoutMs: 1234,
    })
    await producer.delivery.run(() => void producer.send({ topic: 'out', value: 'a' }))
    expect(timeouts).toEqual([1234])
    expect(cluster.transaction('mover-1')).not.toBeNull()
    expect(cluster.records('out', 0, { isolation: 'read_committed' })).toHaveLength(1)
  })

  it('PRD-22 names the client, unless it has a name', () => {
    const names = [undefined, '', 'mine'].map(
      (clientId) => keep(createAny({ ...base, transactionalId: 'tx', clientId })).clientId,
    )
    expect(names).toEqual(['producer-tx', 'producer-tx', 'mine'])
  })

  it.each<[string, object, string]>([
    ['an empty id', { transactionalId: '' }, 'transactionalId: expected a string that is not empty, received ""'],
    ['another type', { transactionalId: 7 }, 'transactionalId: expected a string that is not empty, received 7'],
    ['null', { transactionalId: null }, 'transactionalId: expected a string that is not empty, received null'],
    [
      'no idempotence',
      { enableIdempotence: false },
      'enableIdempotence: expected true with transactionalId, received false',
    ],
    ['weak acks', { acks: 1 }, "acks: expected 'all' with transactionalId, received 1"],
    ['weak acks as a text', { acks: '0' }, 'acks: expected \'all\' with transactionalId, received "0"'],
    ['no retries', { retries: 0 }, 'retries: expected 1 or more with transactionalId, received 0'],
    [
      'another delivery',
      { delivery: transactions({ transactionalId: 'other' }) },
      'delivery: expected none together with transactionalId, which stands for one; received function',
    ],
    [
      'a time-out of nothing',
      { transactionTimeoutMs: 0 },
      'transactionTimeoutMs: expected a whole number of ms from 1 to 2147483647, received 0',
    ],
  ])('PRD-21 with %s is refused', (_what, options, message) => {
    expect(() => createAny({ ...base, transactionalId: 'tx', ...options })).toThrow(new ConfigError(message))
  })

  it('takes what only says what holds anyway', () => {
    const options = { ...base, transactionalId: 'tx', acks: 'all', retries: 1, enableIdempotence: true } as const
    expect(keep(createProducer(options)).delivery.state).toBe('UNINITIALIZED')
  })

  it('is what a time-out of transactions needs', () => {
    const message = 'transactionTimeoutMs: expected only together with transactionalId, received 1000 without one'
    expect(() => createAny({ ...base, transactionTimeoutMs: 1000 })).toThrow(new ConfigError(message))
  })

  it('decides whether there is a handle, for the compiler too', () => {
    const plain = keep(createProducer(base))
    const named = keep(createProducer({ ...base, transactionalId: 'tx' }))
    const plugged = keep(createProducer({ ...base, delivery: transactions({ transactionalId: 'tx' }) }))
    expectTypeOf(plain.delivery).toEqualTypeOf<undefined>()
    expectTypeOf(named.delivery).toEqualTypeOf<Transactions>()
    expectTypeOf(plugged.delivery).toEqualTypeOf<Transactions>()
    expect([typeof plain.delivery, typeof named.delivery, typeof plugged.delivery]).toEqual([
      'undefined',
      'object',
      'object',
    ])
  })

  it('does not compile with what transactions exclude', () => {
    const refused: (() => unknown)[] = [
      // @ts-expect-error -- transactions need acks of all
      () => createProducer({ ...base, transactionalId: 'tx', acks: 1 }),
      // @ts-expect-error -- transactions are idempotent
      () => createProducer({ ...base, transactionalId: 'tx', enableIdempotence: false }),
      // @ts-expect-error -- the id stands for a delivery
      () => createProducer({ ...base, transactionalId: 'tx', delivery: transactions({ transactionalId: 'tx' }) }),
      // @ts-expect-error -- a time-out of what?
      () => createProducer({ ...base, transactionTimeoutMs: 1000 }),
    ]
    for (const create of refused) expect(create).toThrow(ConfigError)
  })

  it('knows the types of keys and values', () => {
    const toBytes = () => ({ name: 'number', serialize: (_topic: string, value: number) => new Uint8Array([value]) })
    const producer = keep(createProducer({ ...base, transactionalId: 'tx', valueSerializer: toBytes }))
    expectTypeOf(producer).toEqualTypeOf<Producer<Uint8Array | string, number, Transactions>>()
    expect(producer.delivery.state).toBe('UNINITIALIZED')
  })
})
