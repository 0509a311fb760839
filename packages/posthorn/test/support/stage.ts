import type { Cluster, VirtualClock } from '@posthorn/testkit'

/** Topic of all records where nothing else is drawn. */
export const TOPIC = 'orders'
/** Partitions of the topic. */
export const PARTITIONS = 4
/** Brokers of the cluster. */
export const BROKERS = 3

/** Where a run under faults takes place; keeps account of what the cluster itself loses. */
export class Stage {
  readonly cluster: Cluster
  readonly clock: VirtualClock
  readonly random: () => number
  /** Number of brokers. */
  readonly brokers: number
  /** Topics that records are sent to. */
  readonly topics: readonly string[]
  /** Ids of records that were stored and are gone. */
  readonly lost: Set<number> = new Set<number>()
  /** What the partitions held when something was taken from them. */
  readonly pasts: number[][] = []
  private readonly counts: Map<string, number>

  constructor(
    cluster: Cluster,
    clock: VirtualClock,
    random: () => number,
    brokers: number = BROKERS,
    partitions: Readonly<Record<string, number>> = { [TOPIC]: PARTITIONS },
  ) {
    this.cluster = cluster
    this.clock = clock
    this.random = random
    this.brokers = brokers
    this.topics = Object.keys(partitions)
    this.counts = new Map(Object.entries(partitions))
  }

  /** A whole number below `limit`. */
  readonly below = (limit: number): number => Math.floor(this.random() * limit)

  /** One of them. */
  readonly pick = <T>(from: readonly T[]): T => from[this.below(from.length)] as T

  /** True in so many cases of 1. */
  readonly chance = (share: number): boolean => this.random() < share

  /** One of the topics. */
  topic(): string {
    return this.topics.length === 1 ? (this.topics[0] as string) : this.pick(this.topics)
  }

  /** How many partitions a topic has. */
  partitions(topic: string): number {
    return this.counts.get(topic) as number
  }

  /** Gives a topic so many partitions more. */
  addPartitions(topic: string, more: number): void {
    const count = this.partitions(topic) + more
    this.cluster.addPartitions(topic, count)
    this.counts.set(topic, count)
  }

  /** Ids as stored in each partition. */
  stored(): number[][] {
    const decoder = new TextDecoder()
    return this.topics.flatMap((topic) =>
      Array.from({ length: this.partitions(topic) }, (_, partition) =>
        this.cluster.records(topic, partition).map(({ value }) => Number.parseInt(decoder.decode(value ?? undefined))),
      ),
    )
  }

  /** Does something that takes records away, and notes which. */
  losing(work: () => void): void {
    const before = this.stored()
    work()
    const after = new Set(this.stored().flat())
    for (const ids of before) {
      const gone = ids.filter((id) => !after.has(id))
      if (gone.length > 0) this.pasts.push(ids)
      for (const id of gone) this.lost.add(id)
    }
  }
}
