import type { TopicPartitioner, TopicView } from '@posthorn/contracts'

/** A topic whose state a case sets as it likes. Every partition has a leader, an empty queue and a responsive broker. */
export class TopicModel implements TopicView {
  readonly topic: string
  readonly batchSize = 1000
  partitionCount: number
  available: readonly number[]
  readonly queues: Map<number, number> = new Map()
  readonly unresponsive: Set<number> = new Set()

  constructor(partitionCount: number, available?: readonly number[], topic = 'topic') {
    this.topic = topic
    this.partitionCount = partitionCount
    this.available = available ?? range(partitionCount)
  }

  queueLength(partition: number): number {
    return this.queues.get(partition) ?? 0
  }

  isResponsive(partition: number): boolean {
    return !this.unresponsive.has(partition)
  }

  /** Gives the topic this many partitions, each with a leader. */
  resize(partitionCount: number): void {
    this.partitionCount = partitionCount
    this.available = range(partitionCount)
  }
}

/** Asks for a partition and, as a producer does, reports the record as appended; a batch's worth unless told. */
export function place(
  partitioner: TopicPartitioner,
  view: TopicView,
  key: Uint8Array | null,
  bytes: number = view.batchSize,
): number {
  const partition = partitioner.partition(key, view)
  if (key === null || partitioner.ignoresKeys === true) {
    partitioner.onAppend?.(partition, bytes, bytes >= view.batchSize, view)
  }
  return partition
}

/** 0 to `count` - 1. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}
