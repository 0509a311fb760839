import { expect, it } from 'vitest'
import type { PartitionInfo } from '../../src/metadata/topicInfo.ts'
import { topicInfo } from '../../src/metadata/topicInfo.ts'
import { TopicState } from '../../src/topics/topicState.ts'
import { accumulation } from '../support/accumulation.ts'

it('gives each partition a slot of its own, also those that a topic has grown by', () => {
  const { accumulator } = accumulation()
  const settings = { batchSize: 1000, partitionerAvailabilityTimeoutMs: 0 }
  const [orders, bills] = ['orders', 'bills'].map((name) => new TopicState(name, settings, { partition: () => 0 })) as [
    TopicState,
    TopicState,
  ]
  const update = (topic: TopicState, partitions: number): void => {
    const info: PartitionInfo = { leaderId: 0, leaderEpoch: 0 }
    const seen = topicInfo(topic.topic, '', new Array<PartitionInfo>(partitions).fill(info), null, () => true)
    topic.update(seen, accumulator.readiness, accumulator.slots)
  }
  update(orders, 2)
  update(bills, 1)
  update(orders, 4)
  const slots = [...orders.queues, ...bills.queues].map(({ slot }) => slot)
  expect(new Set(slots).size).toBe(5)
  for (const [partition, { slot }] of orders.queues.entries())
    expect([slot, undefined]).toContain(orders.slotOf(partition))
  expect([0, 1].map((partition) => orders.slotOf(partition))).toEqual(slots.slice(0, 2))
})
