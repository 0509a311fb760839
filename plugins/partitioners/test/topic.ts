import type { Env, Partitioner, Plugin, TopicPartitioner, TopicView } from '@posthorn/contracts'
import { noopLogger, noTimer } from '@posthorn/contracts'

/** A topic of which a test sets all that a partitioner may look at. */
export class Topic implements TopicView {
  readonly topic = 'topic'
  batchSize = 100
  partitionCount: number
  available: readonly number[]
  availableInRack: readonly number[] = []
  queues: readonly number[] = []
  unresponsive: readonly number[] = []

  constructor(partitionCount: number, available?: readonly number[]) {
    this.partitionCount = partitionCount
    this.available = available ?? Array.from({ length: partitionCount }, (_, i) => i)
  }

  queueLength(partition: number): number {
    return this.queues[partition] ?? 0
  }

  isResponsive(partition: number): boolean {
    return !this.unresponsive.includes(partition)
  }
}

/** The partitioner of a topic, with chance that a test sets by assigning `chance.next`. */
export function forTopic(plugin: Plugin<Partitioner>): { partitioner: TopicPartitioner; chance: { next: number } } {
  const chance = { next: 0 }
  const env: Env = {
    clock: { now: () => 0, epochMs: () => 0, schedule: () => noTimer },
    random: () => chance.next,
    logger: noopLogger,
    clientId: 'test',
  }
  return { partitioner: plugin(env).forTopic('topic'), chance }
}

/** How often each partition is chosen when chance takes `steps` evenly spaced values and every record fills a batch. */
export function shares(plugin: Plugin<Partitioner>, topic: Topic, steps: number, seen: readonly number[]): number[] {
  const counts = new Array<number>(topic.partitionCount).fill(0)
  for (let i = 0; i < steps; i++) {
    const { partitioner, chance } = forTopic(plugin)
    const full = (partition: number): void =>
      partitioner.onAppend?.(partition, topic.batchSize, true, new Topic(topic.partitionCount))
    // Takes the partitioner to each of the partitions that have had a batch, and to its next choice.
    for (const partition of seen) {
      chance.next = (partition + 0.5) / topic.partitionCount
      full(partitioner.partition(null, new Topic(topic.partitionCount)))
    }
    chance.next = (i + 0.5) / steps
    partitioner.onAppend?.(partitioner.partition(null, topic), topic.batchSize, true, topic)
    counts[partitioner.partition(null, topic)]!++
  }
  return counts
}
