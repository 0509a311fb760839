import { ConfigError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { kafkajs, librdkafka, manual, platformatic, sarama } from '../src/index.ts'
import { forTopic, shares, Topic } from './topic.ts'

const clients = [
  ['librdkafka()', () => librdkafka()],
  ['sarama()', () => sarama()],
  ['kafkajs()', () => kafkajs()],
  ['platformatic()', () => platformatic()],
] as const

describe.each(clients)('%s, records without a key', (_, create) => {
  test('PRT-07 stay on a partition until a batch went there, then move', () => {
    const { partitioner, chance } = forTopic(create())
    const topic = new Topic(4)
    chance.next = 0.3
    expect(partitioner.partition(null, topic)).toBe(1)
    chance.next = 0.9
    partitioner.onAppend?.(1, 99, true, topic)
    expect(partitioner.partition(null, topic)).toBe(1)
    partitioner.onAppend?.(1, 1, true, topic)
    expect(partitioner.partition(null, topic)).toBe(3)
  })

  test('PRT-09 avoid partitions without a leader', () => {
    expect(shares(create(), new Topic(4, [1, 3]), 8, [])).toEqual([0, 4, 0, 4])
  })
})

test('PRT-10 PRT-12 load counts for records without a key, unless adaptive is false', () => {
  const topic = Object.assign(new Topic(3), { queues: [0, 3, 1] })
  expect(shares(sarama(), topic, 8, [0, 1, 2])).toEqual([4, 1, 3])
  expect(shares(sarama({ adaptive: false }), topic, 12, [0, 1, 2])).toEqual([4, 4, 4])
})

test('PRT-15 rackAware holds for records without a key', () => {
  const topic = Object.assign(new Topic(4), { availableInRack: [2] })
  expect(shares(kafkajs({ rackAware: true }), topic, 8, [])).toEqual([0, 0, 8, 0])
})

test('to librdkafka’s consistent_random an empty key is none: each goes anywhere that has a leader', () => {
  const { partitioner, chance } = forTopic(librdkafka())
  const topic = new Topic(4, [1, 3])
  const places = [0.1, 0.9, 0.4, 0.6].map((next) => {
    chance.next = next
    return partitioner.partition(new Uint8Array(0), topic)
  })
  expect(places).toEqual([1, 3, 1, 3])
})

test('librdkafka’s random lets keys have no say, and hears of records with a key', () => {
  const { partitioner, chance } = forTopic(librdkafka({ partitioner: 'random' }))
  const topic = new Topic(4)
  expect(partitioner.ignoresKeys).toBe(true)
  chance.next = 0.6
  expect(partitioner.partition(Buffer.from('some key'), topic)).toBe(2)
  expect(partitioner.partition(Buffer.from('another'), topic)).toBe(2)
})

test('manual refuses a record that names no partition', () => {
  const { partitioner } = forTopic(manual())
  const refusal = 'expected every record to name its partition'
  expect(() => partitioner.partition(null, new Topic(4))).toThrow(refusal)
  expect(() => partitioner.partition(Buffer.from('key'), new Topic(4))).toThrow(refusal)
})

test.each([
  [
    () => librdkafka({ partitioner: 'murmur3' as never }),
    /^librdkafka: partitioner must be one of random, .*; got "murmur3"$/,
  ],
  [() => sarama({ partitioner: 'toString' as never }), /^sarama: partitioner must be one of hash, .*; got "toString"$/],
  [() => kafkajs({ partitioner: 1 as never }), /^kafkajs: partitioner must be one of default, legacy; got 1$/],
  [() => platformatic({ rackAware: 'no' as never }), /^platformatic: rackAware must be true or false; got "no"$/],
])('%s is refused', (call, message) => {
  expect(call).toThrow(ConfigError)
  expect(call).toThrow(message)
})
