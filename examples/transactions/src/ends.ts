import type { Kafka } from 'kafkajs'

/** Where a topic ended when it was asked, and how far a group has come. */
export class Ends {
  private ends: ReadonlyMap<number, bigint> | null = null
  private readonly reached = new Map<number, bigint>()

  /** Asks the cluster where the topic ends, and what the group had committed before. */
  async load(kafka: Kafka, topic: string, groupId: string): Promise<void> {
    const admin = kafka.admin()
    await admin.connect()
    try {
      const offsets = await admin.fetchTopicOffsets(topic)
      const committed = await admin.fetchOffsets({ groupId, topics: [topic] })
      for (const { partition, offset } of committed.flatMap((each) => each.partitions)) {
        if (!this.reached.has(partition)) this.reached.set(partition, BigInt(offset))
      }
      this.ends = new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)]))
    } finally {
      await admin.disconnect()
    }
  }

  /** The group has committed that it goes on at `next`. */
  reach(partition: number, next: bigint): void {
    this.reached.set(partition, next)
  }

  /** Whether everything that was there has been consumed; false as long as nobody knows. */
  get areReached(): boolean {
    return this.ends !== null && [...this.ends].every(([partition, end]) => (this.reached.get(partition) ?? 0n) >= end)
  }
}
