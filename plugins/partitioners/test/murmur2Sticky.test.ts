import { ConfigError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { murmur2Sticky } from '../src/index.ts'
import { forTopic, shares, Topic } from './topic.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const all = [0, 1, 2]

describe('records with a key', () => {
  test('PRT-04 the key 100:48069 goes to partition 9 of 12', () => {
    expect(forTopic(murmur2Sticky()).partitioner.partition(bytes('100:48069'), new Topic(12))).toBe(9)
  })

  test('PRT-03 the hash counts all partitions, with or without a leader', () => {
    const { partitioner } = forTopic(murmur2Sticky())
    expect(partitioner.partition(bytes('100:48069'), new Topic(12, [0]))).toBe(9)
    expect(partitioner.partition(bytes('100:48069'), new Topic(12, []))).toBe(9)
  })

  test('PRT-05 an empty key is hashed', () => {
    const { partitioner } = forTopic(murmur2Sticky())
    expect(partitioner.partition(new Uint8Array(0), new Topic(1000))).toBe(275646681 % 1000)
  })

  test('PRT-14 with ignoreKeys they are placed as if they had none', () => {
    const { partitioner, chance } = forTopic(murmur2Sticky({ ignoreKeys: true }))
    const topic = new Topic(12)
    expect(partitioner.ignoresKeys).toBe(true)
    expect(partitioner.partition(bytes('100:48069'), topic)).toBe(0)
    chance.next = 0.5
    partitioner.onAppend?.(0, 100, true, topic)
    expect(partitioner.partition(bytes('100:48069'), topic)).toBe(6)
  })
})

describe('racks', () => {
  const near = (topic: Topic, ...partitions: number[]): Topic => Object.assign(topic, { availableInRack: partitions })

  test('PRT-15 records without a key go to partitions led nearby, to any where there is none, or where nobody asked', () => {
    const topic = near(new Topic(6, [0, 1, 2, 4, 5]), 2, 4)
    expect(shares(murmur2Sticky({ rackAware: true }), topic, 10, [])).toEqual([0, 0, 5, 0, 5, 0])
    expect(shares(murmur2Sticky(), topic, 10, [])).toEqual([2, 2, 2, 0, 2, 2])
    expect(shares(murmur2Sticky({ rackAware: true }), near(topic), 10, [])).toEqual([2, 2, 2, 0, 2, 2])
  })

  test('PRT-15 among those nearby the load counts as among all', () => {
    const topic = Object.assign(near(new Topic(4), 1, 3), { queues: [0, 3, 0, 0] })
    expect(shares(murmur2Sticky({ rackAware: true }), topic, 10, [0, 1, 2, 3])).toEqual([0, 2, 0, 8])
  })

  test('PRT-15 keys decide as ever', () => {
    const { partitioner } = forTopic(murmur2Sticky({ rackAware: true }))
    expect(partitioner.partition(bytes('100:48069'), near(new Topic(12), 3))).toBe(9)
  })
})

describe('records without a key', () => {
  test('PRT-06 PRT-07 they stay on a partition until a batch went there, then move', () => {
    const { partitioner, chance } = forTopic(murmur2Sticky())
    const topic = new Topic(4)
    chance.next = 0.3
    expect(partitioner.partition(null, topic)).toBe(1)
    chance.next = 0.9
    partitioner.onAppend?.(1, 99, true, topic)
    expect(partitioner.partition(null, topic)).toBe(1)
    partitioner.onAppend?.(1, 1, true, topic)
    expect(partitioner.partition(null, topic)).toBe(3)
  })

  test('PRT-07 the same partition may come up again', () => {
    const { partitioner, chance } = forTopic(murmur2Sticky())
    const topic = new Topic(4)
    chance.next = 0.3
    for (let i = 0; i < 3; i++) {
      expect(partitioner.partition(null, topic)).toBe(1)
      partitioner.onAppend?.(1, 100, true, topic)
    }
  })

  test('PRT-08 the move waits while the last batch is not full', () => {
    const { partitioner, chance } = forTopic(murmur2Sticky())
    const topic = new Topic(4)
    topic.queues = [1]
    expect(partitioner.partition(null, topic)).toBe(0)
    chance.next = 0.9
    partitioner.onAppend?.(0, 150, false, topic)
    expect(partitioner.partition(null, topic)).toBe(0)
    partitioner.onAppend?.(0, 10, true, topic)
    expect(partitioner.partition(null, topic)).toBe(3)
  })

  test('PRT-08 the move waits no longer once that batch was drained', () => {
    const { partitioner, chance } = forTopic(murmur2Sticky())
    const topic = new Topic(4)
    topic.queues = [1]
    expect(partitioner.partition(null, topic)).toBe(0)
    chance.next = 0.9
    partitioner.onAppend?.(0, 150, false, topic)
    topic.queues = [0]
    expect(partitioner.partition(null, topic)).toBe(3)
  })

  test('PRT-08 the move never waits beyond twice the batch size', () => {
    const { partitioner, chance } = forTopic(murmur2Sticky())
    const topic = new Topic(4)
    topic.queues = [1]
    expect(partitioner.partition(null, topic)).toBe(0)
    chance.next = 0.9
    partitioner.onAppend?.(0, 199, false, topic)
    expect(partitioner.partition(null, topic)).toBe(0)
    partitioner.onAppend?.(0, 1, false, topic)
    expect(partitioner.partition(null, topic)).toBe(3)
  })

  test('PRT-07 bytes that went to a partition left before do not count for the present one', () => {
    const { partitioner, chance } = forTopic(murmur2Sticky())
    const topic = new Topic(4)
    expect(partitioner.partition(null, topic)).toBe(0)
    chance.next = 0.3
    partitioner.onAppend?.(0, 100, true, topic)
    chance.next = 0.9
    partitioner.onAppend?.(0, 500, true, topic)
    expect(partitioner.partition(null, topic)).toBe(1)
  })

  test('PRT-09 only partitions with a leader are chosen; if none has one, all are', () => {
    expect(shares(murmur2Sticky(), new Topic(4, [1, 3]), 8, [])).toEqual([0, 4, 0, 4])
    expect(shares(murmur2Sticky(), new Topic(4, []), 8, [])).toEqual([2, 2, 2, 2])
  })
})

describe('adaptive choice', () => {
  test('PRT-10 queues of 0, 3 and 1 batches weigh 4, 1 and 3', () => {
    const topic = new Topic(3)
    topic.queues = [0, 3, 1]
    expect(shares(murmur2Sticky(), topic, 8, all)).toEqual([4, 1, 3])
  })

  test('PRT-10 the choice is uniform until every partition has had a batch', () => {
    const topic = new Topic(3)
    topic.queues = [0, 3, 1]
    expect(shares(murmur2Sticky(), topic, 12, [0, 1])).toEqual([4, 4, 4])
  })

  test('PRT-10 a record with a key gives its partition a batch, too', () => {
    const { partitioner, chance } = forTopic(murmur2Sticky())
    const topic = new Topic(2)
    topic.queues = [0, 7]
    chance.next = 0.5
    for (const key of ['21', 'foobar', 'abc', '100:48069']) partitioner.partition(bytes(key), topic)
    partitioner.onAppend?.(partitioner.partition(null, topic), 100, true, topic)
    // By weights 8 and 1; uniform, it would be 1.
    expect(partitioner.partition(null, topic)).toBe(0)
  })

  test('PRT-10 partitions without a leader have no weight', () => {
    const topic = new Topic(3, [1, 2])
    topic.queues = [0, 3, 1]
    expect(shares(murmur2Sticky(), topic, 8, all)).toEqual([0, 2, 6])
  })

  test('PRT-11 equal queues are uniform', () => {
    const topic = new Topic(3)
    topic.queues = [5, 5, 5]
    expect(shares(murmur2Sticky(), topic, 12, all)).toEqual([4, 4, 4])
  })

  test('PRT-11 a single partition needs no statistics', () => {
    const topic = new Topic(1)
    topic.unresponsive = [0]
    expect(shares(murmur2Sticky(), topic, 3, [0])).toEqual([3])
  })

  test('PRT-12 with adaptive: false the choice is uniform whatever waits', () => {
    const topic = new Topic(3)
    topic.queues = [0, 3, 1]
    topic.unresponsive = [0]
    expect(shares(murmur2Sticky({ adaptive: false }), topic, 12, all)).toEqual([4, 4, 4])
  })

  test('PRT-13 partitions that are not responsive are left out, unless all are', () => {
    const topic = new Topic(3)
    topic.queues = [0, 3, 1]
    topic.unresponsive = [0]
    expect(shares(murmur2Sticky(), topic, 8, all)).toEqual([0, 2, 6])
    topic.unresponsive = all
    expect(shares(murmur2Sticky(), topic, 12, all)).toEqual([4, 4, 4])
  })

  test('PRT-10 a topic that grows is uniform again until the new partitions have had a batch', () => {
    const { partitioner, chance } = forTopic(murmur2Sticky())
    const small = new Topic(1)
    partitioner.onAppend?.(partitioner.partition(null, small), 100, true, small)
    const grown = new Topic(2)
    grown.queues = [9, 0]
    partitioner.onAppend?.(partitioner.partition(null, grown), 100, true, grown)
    // Uniform: 0. By weights 1 and 10 it would be 1.
    chance.next = 0.2
    partitioner.onAppend?.(0, 100, true, grown)
    expect(partitioner.partition(null, grown)).toBe(0)
  })
})

test.each([
  [{ ignoreKeys: 'yes' }, 'murmur2Sticky: ignoreKeys must be true or false; got "yes"'],
  [{ adaptive: 1 }, 'murmur2Sticky: adaptive must be true or false; got 1'],
])('%j is refused', (options, message) => {
  const call = (): unknown => murmur2Sticky(options as never)
  expect(call).toThrow(ConfigError)
  expect(call).toThrow(message)
})
