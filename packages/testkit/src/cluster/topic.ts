import { PartitionTransactions } from '../transactions/partitionTransactions.ts'
import { PartitionLog } from './partitionLog.ts'
import { ProducerStates } from './producerStates.ts'
import type { StoredBatch } from './storedBatch.ts'

/** Configuration of a topic, filled. */
export interface TopicConfig {
  readonly maxMessageBytes: number
  readonly messageTimestampType: 'CreateTime' | 'LogAppendTime'
  readonly messageTimestampAfterMaxMs: number
  readonly minInsyncReplicas: number
  readonly cleanupPolicy: 'delete' | 'compact'
}

/** A partition: who leads it and what it holds. */
export class Partition {
  readonly topic: Topic
  readonly index: number
  readonly replicas: readonly number[]
  readonly log: PartitionLog = new PartitionLog()
  readonly producers: ProducerStates = new ProducerStates()
  readonly transactions: PartitionTransactions = new PartitionTransactions()
  #leader: number
  #leaderEpoch = 0

  constructor(topic: Topic, index: number, replicas: readonly number[], leader: number) {
    this.topic = topic
    this.index = index
    this.replicas = replicas
    this.#leader = leader
  }

  /** Id of the leading broker, -1 when there is none. */
  get leader(): number {
    return this.#leader
  }

  /** Grows with each election. */
  get leaderEpoch(): number {
    return this.#leaderEpoch
  }

  /** Where readers of committed records stop. */
  get lastStableOffset(): bigint {
    return this.transactions.lastStableOffset(this.log.startOffset, this.log.endOffset)
  }

  /** Whether readers of committed records get the batch. */
  isCommitted(batch: StoredBatch): boolean {
    return batch.baseOffset < this.lastStableOffset && !this.transactions.isAborted(batch)
  }

  /** Adds a batch that begins at the end of the log. */
  append(batch: StoredBatch): void {
    // First the state, then the log: whoever waits for the log may look at both.
    this.producers.onAppended(batch)
    this.transactions.onAppended(batch)
    this.log.append(batch)
  }

  /** Loses the newest batches, and whatever is known because of them. */
  dropLast(count: number): void {
    this.log.dropLast(count)
    this.producers.rebuild(this.log.batches)
    this.transactions.rebuild(this.log.batches)
  }

  /** Removes the batches that end before `offset`. */
  deleteBefore(offset: bigint): void {
    this.log.deleteBefore(offset)
    this.transactions.deleteBefore(this.log.startOffset)
  }

  /** Makes a broker the leader in a new epoch; -1 leaves the partition without one. */
  elect(leader: number): void {
    this.#leader = leader
    this.#leaderEpoch++
  }
}

/** A topic. One that is deleted and created anew is another object with another id. */
export class Topic {
  readonly name: string
  /** Topic id, 22 characters. */
  readonly id: string
  readonly config: TopicConfig
  readonly partitions: Partition[] = []

  constructor(name: string, id: string, config: TopicConfig) {
    this.name = name
    this.id = id
    this.config = config
  }
}

/** Whether a topic may be called so: 1 to 249 of `[a-zA-Z0-9._-]`, and neither `.` nor `..`. */
export function isTopicName(name: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..'
}
