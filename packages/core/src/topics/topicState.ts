import type { TopicPartitioner, TopicView } from '@posthorn/contracts'
import type { OpenSlots } from '../accumulator/openSlots.ts'
import { WORDS_PER_SLOT } from '../accumulator/openSlots.ts'
import type { Readiness } from '../accumulator/readiness.ts'
import { PartitionQueue } from '../accumulator/partitionQueue.ts'
import { Fifo } from '../values/fifo.ts'
import { Slab } from '../values/slab.ts'
import type { TopicInfo } from '../metadata/topicInfo.ts'
import type { PendingSend } from '../producer/pendingSend.ts'

/** Settings that partitioners go by; see the keys of the same names. */
export interface TopicSettings {
  readonly batchSize: number
  readonly partitionerAvailabilityTimeoutMs: number
}

/** A topic in use: what is known of it, its partitions' queues, and the sends that wait for it. */
export class TopicState implements TopicView {
  // What an append to one of thousands of topics reads is first, and side by side.
  readonly topic: string
  /** As the latest metadata says. There may be more queues, of partitions that a topic of that name had before. */
  partitionCount = 0
  /** Whether its partitions are known and nothing is wrong with it. */
  takesRecords = false
  /** Slots of the first partitions, so many of them in a row: all, unless the topic has grown. */
  private firstSlot = 0
  private slotsInRow = 0
  readonly queues: PartitionQueue[] = []
  readonly partitioner: TopicPartitioner
  readonly batchSize: number
  private readonly availabilityTimeoutMs: number
  /** Sends that wait, in order; while there are any, later ones of the topic line up behind them. */
  readonly waiting: Fifo<PendingSend> = new Fifo<PendingSend>()
  /** Where they keep their bytes. */
  readonly slab: Slab = new Slab()
  private known: TopicInfo | null = null

  constructor(topic: string, settings: TopicSettings, partitioner: TopicPartitioner) {
    this.topic = topic
    this.batchSize = Math.max(settings.batchSize, 1)
    this.availabilityTimeoutMs = settings.partitionerAvailabilityTimeoutMs
    this.partitioner = partitioner
  }

  /** What the latest metadata says; `null` while nothing is known. */
  get info(): TopicInfo | null {
    return this.known
  }

  /** Nothing is known of it any more. */
  forget(): void {
    this.known = null
    this.takesRecords = false
    this.partitionCount = 0
  }

  get available(): readonly number[] {
    return this.info?.available ?? []
  }

  get availableInRack(): readonly number[] {
    return this.info?.availableInRack ?? []
  }

  /** Slot of a partition in the accumulator's `OpenSlots`; `undefined` where only its queue knows. */
  slotOf(partition: number): number | undefined {
    return partition < this.slotsInRow ? this.firstSlot + partition * WORDS_PER_SLOT : undefined
  }

  queueLength(partition: number): number {
    return this.queues[partition]?.batches.length ?? 0
  }

  isResponsive(partition: number): boolean {
    if (this.availabilityTimeoutMs === 0) return true
    return (this.queues[partition]?.node?.waitedMs ?? 0) <= this.availabilityTimeoutMs
  }

  /** Takes in what is known now; partitions get their leaders. */
  update(info: TopicInfo, readiness: Readiness, slots: OpenSlots): void {
    this.known = info
    this.takesRecords = info.error === null
    this.partitionCount = info.partitions.length
    if (this.queues.length === 0) {
      this.slotsInRow = info.partitions.length
      this.firstSlot = slots.take(this.slotsInRow)
    }
    const count = Math.max(info.partitions.length, this.queues.length)
    for (let i = 0; i < count; i++) {
      const queue = (this.queues[i] ??= new PartitionQueue(this.topic, i, this.slotOf(i) ?? slots.take()))
      const { leaderId, leaderEpoch } = info.partitions[i] ?? { leaderId: -1, leaderEpoch: -1 }
      readiness.assignLeader(queue, leaderId, leaderEpoch)
    }
  }
}
