import { expect, test } from 'vitest'
import { roundRobin } from '../src/index.ts'
import { forTopic, Topic } from './topic.ts'

const turns = (topic: Topic, key: Uint8Array | null, count: number): number[] => {
  const { partitioner } = forTopic(roundRobin())
  return Array.from({ length: count }, () => partitioner.partition(key, topic))
}

test('PRT-16 partitions take turns, also for records with a key', () => {
  expect(turns(new Topic(3), null, 7)).toEqual([0, 1, 2, 0, 1, 2, 0])
  expect(turns(new Topic(3), Uint8Array.of(1), 7)).toEqual([0, 1, 2, 0, 1, 2, 0])
})

test('PRT-16 partitions without a leader are left out', () => {
  expect(turns(new Topic(4, [1, 3]), null, 5)).toEqual([1, 3, 1, 3, 1])
})

test('PRT-16 all take turns while none has a leader', () => {
  expect(turns(new Topic(2, []), null, 3)).toEqual([0, 1, 0])
})
