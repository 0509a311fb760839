import type { Cluster } from '@posthorn/testkit'
import { createCluster, VirtualClock } from '@posthorn/testkit'
import type { ProducerOptions } from 'posthorn'
import { createProducer } from 'posthorn'
import { describe, expect, test } from 'vitest'
import { answerAfterAppend } from './support/faults.ts'
import { fateOf } from './support/settle.ts'

interface Setting {
  readonly clock: VirtualClock
  readonly cluster: Cluster
  /** Sends values in batches of their own, in this order, and tells how each ended. */
  send(...values: string[]): Promise<string[]>
  /** Values as stored. */
  stored(): string[]
}

function setting(options: Partial<ProducerOptions> = {}): Setting {
  const clock = new VirtualClock()
  const random = (): number => 0.5
  const cluster = createCluster({ topics: { orders: 1 }, clock, random })
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport(),
    batchSize: 0,
    lingerMs: 0,
    requestTimeoutMs: 1000,
    deliveryTimeoutMs: 5000,
    clock,
    random,
    ...options,
  })
  return {
    clock,
    cluster,
    send: (...values) =>
      clock.runUntil(Promise.all(values.map((value) => fateOf(producer.send({ topic: 'orders', value }))))),
    stored: () => cluster.records('orders').map(({ value }) => new TextDecoder().decode(value ?? undefined)),
  }
}

const lostAnswer = { cutAfter: true } as const
const refused = { error: 'INVALID_RECORD' } as const
const once = { times: 1 } as const

describe('a record whose last attempt was refused', () => {
  test('was not stored when no earlier attempt can have been', async () => {
    const { cluster, send, stored } = setting()
    cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, once)
    cluster.intercept('Produce', refused, once)
    expect(await send('a')).toEqual(['INVALID_RECORD'])
    expect(stored()).toEqual([])
  })

  test('may have been stored when an earlier attempt had no answer', async () => {
    const { cluster, send, stored } = setting()
    cluster.intercept('Produce', lostAnswer, once)
    cluster.intercept('Produce', refused, once)
    expect(await send('a', 'b')).toEqual(['INVALID_RECORD?', 'stored'])
    expect(stored()).toEqual(['a', 'b'])
  })

  test('so too where the broker names the records that it refuses (KIP-467)', async () => {
    const { cluster, send } = setting()
    const recordErrors = [{ batchIndex: 0, message: 'no' }]
    cluster.intercept('Produce', lostAnswer, once)
    cluster.intercept('Produce', changed({ errorCode: 87, recordErrors }), once)
    expect(await send('a')).toEqual(['INVALID_RECORD?'])
  })

  test.each([
    ['NOT_LEADER_OR_FOLLOWER', 6],
    ['UNKNOWN_TOPIC_OR_PARTITION', 3],
    ['KAFKA_STORAGE_ERROR', 56],
    ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', 20],
    ['REQUEST_TIMED_OUT', 7],
  ])('may have been stored when an earlier attempt met %s, which can come after the append', async (_name, code) => {
    const { cluster, send, stored } = setting()
    answerAfterAppend(cluster, code, 1)
    cluster.intercept('Produce', refused, once)
    expect(await send('a')).toEqual(['INVALID_RECORD?'])
    expect(stored()).toEqual(['a'])
  })
})

describe('behind a batch that is refused for good', () => {
  test('what the broker refused is sent again, once, in order', async () => {
    const { cluster, send, stored } = setting()
    expect(await send('first')).toEqual(['stored'])
    cluster.intercept('Produce', refused, once)
    expect(await send('a', 'b', 'c')).toEqual(['INVALID_RECORD', 'stored', 'stored'])
    expect(stored()).toEqual(['first', 'b', 'c'])
  })

  test('what may have been stored fails rather than be sent under another epoch', async () => {
    const { cluster, send, stored } = setting()
    await send('first')
    cluster.intercept('Produce', refused, once)
    cluster.intercept('Produce', { cutBefore: true }, once)
    expect(await send('a', 'b')).toEqual(['INVALID_RECORD', 'OUT_OF_ORDER_SEQUENCE_NUMBER?'])
    expect(await send('c')).toEqual(['stored'])
    expect(stored()).toEqual(['first', 'c'])
  })

  test('what went before is retried as it was, and stored once', async () => {
    const { cluster, send, stored } = setting()
    await send('first')
    answerAfterAppend(cluster, 6, 1)
    cluster.intercept('Produce', refused, once)
    expect(await send('a', 'b', 'c')).toEqual(['stored', 'INVALID_RECORD', 'stored'])
    expect(stored()).toEqual(['first', 'a', 'c'])
  })
})

test('a duplicate that the broker reports is a success with no retries left too (IDM-14)', async () => {
  const { cluster, send, stored } = setting({ retries: 1 })
  cluster.intercept('Produce', lostAnswer, once)
  cluster.intercept('Produce', { error: 'DUPLICATE_SEQUENCE_NUMBER' }, once)
  expect(await send('a')).toEqual(['stored'])
  expect(stored()).toEqual(['a'])
})

function changed(by: object): { readonly change: (answer: never) => object } {
  const change = ({ topics, ...answer }: Answer): object => ({
    ...answer,
    topics: topics.map(({ partitions, ...topic }) => ({
      ...topic,
      partitions: partitions.map((it) => ({ ...it, ...by })),
    })),
  })
  return { change }
}

interface Answer {
  readonly topics: readonly { readonly partitions: readonly object[] }[]
}
