import type { TopicPartitioner, TopicView } from '@posthorn/contracts'
import type { Readiness } from '../accumulator/readiness.ts'
import { PartitionQueue } from '../accumulator/partitionQueue.ts'
import type { TopicInfo } from '../metadata/topicInfo.ts'
import type { PendingSend } from '../producer/pendingSend.ts'

/** A topic in use: what is known of it, its partitions' queues, and the sends that wait for it. */
export class TopicState implements TopicView {
  readonly topic: string
  readonly batchSize: number
  readonly partitioner: TopicPartitioner
  readonly queues: PartitionQueue[] = []
  /** Sends that wait, in order; while there are any, later ones of the topic line up behind them. */
  readonly waiting: PendingSend[] = []
  info: TopicInfo | null = null

  constructor(topic: string, batchSize: number, partitioner: TopicPartitioner) {
    this.topic = topic
    this.batchSize = batchSize
    this.partitioner = partitioner
  }

  /** As the latest metadata says. There may be more queues, of partitions that a topic of that name had before. */
  get partitionCount(): number {
    return this.info?.partitions.length ?? 0
  }

  get available(): readonly number[] {
    return this.info?.available ?? []
  }

  queueLength(partition: number): number {
    return this.queues[partition]?.batches.length ?? 0
  }

  isResponsive(): boolean {
    return true
  }

  /** Takes in what is known now; partitions get their leaders. */
  update(info: TopicInfo, readiness: Readiness): void {
    this.info = info
    const count = Math.max(info.partitions.length, this.queues.length)
    for (let i = 0; i < count; i++) {
      const queue = (this.queues[i] ??= new PartitionQueue(this.topic, i))
      const { leaderId, leaderEpoch } = info.partitions[i] ?? { leaderId: -1, leaderEpoch: -1 }
      readiness.assignLeader(queue, leaderId, leaderEpoch)
    }
  }
}
