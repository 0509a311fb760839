import type { Cluster, VirtualClock } from '@posthorn/testkit'

/** Topic of all records. */
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
  /** Ids of records that were stored and are gone. */
  readonly lost: Set<number> = new Set<number>()
  /** What the partitions held when something was taken from them. */
  readonly pasts: number[][] = []

  constructor(cluster: Cluster, clock: VirtualClock, random: () => number) {
    this.cluster = cluster
    this.clock = clock
    this.random = random
  }

  /** A whole number below `limit`. */
  readonly below = (limit: number): number => Math.floor(this.random() * limit)

  /** One of them. */
  readonly pick = <T>(from: readonly T[]): T => from[this.below(from.length)] as T

  /** Ids as stored in each partition. */
  stored(): number[][] {
    const decoder = new TextDecoder()
    return Array.from({ length: PARTITIONS }, (_, partition) =>
      this.cluster.records(TOPIC, partition).map(({ value }) => Number(decoder.decode(value ?? undefined))),
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
