import type { GuardedBatch, PartitionRef } from '@posthorn/contracts'
import { PartitionSequences, type ProducerIdentity } from '@posthorn/idempotence/sequences'

/** The producer's identity and where each partition stands under it. */
export class ProducerSequences {
  /** True when the present epoch cannot be gone on with: stamped batches failed, and brokers refuse what comes behind. */
  isSpent = false
  /** True when it is not even known whether the broker has stored one of those. */
  isUncertain = false
  private current: ProducerIdentity | null = null
  private readonly partitions = new Map<PartitionRef, PartitionSequences>()

  /** Producer id and epoch, `null` before `init`. */
  get identity(): ProducerIdentity | null {
    return this.current
  }

  /** Takes another identity. Every partition begins again at 0 under it, once nothing older is open (TV2-04, EPB-05). */
  adopt(identity: ProducerIdentity): void {
    this.current = identity
    this.isSpent = false
    this.isUncertain = false
  }

  /** Where a partition stands; `null` while there is no identity, or something stamped with an older one is open. */
  of(partition: PartitionRef): PartitionSequences | null {
    const identity = this.current
    if (identity === null) return null
    let sequences = this.partitions.get(partition)
    if (sequences === undefined) this.partitions.set(partition, (sequences = new PartitionSequences(identity)))
    if (sequences.identity === identity) return sequences
    if (sequences.open.length > 0) return null
    sequences.restart(identity, sequences.identity.producerId === identity.producerId)
    return sequences
  }

  /** Where the partition of a stamped batch stands, whatever it was stamped with. */
  ofStamped(batch: GuardedBatch): PartitionSequences | undefined {
    return this.partitions.get(batch.partition)
  }

  /** A stamped batch will not be sent again. */
  giveUp(batch: GuardedBatch, certainlyNotStored: boolean): void {
    const { stamp } = batch
    if (stamp === null) return
    const sequences = this.partitions.get(batch.partition)
    sequences?.replace(batch)
    if (sequences?.isOwn(stamp) !== true) return
    this.isSpent = true
    if (!certainlyNotStored) this.isUncertain = true
  }

  /** Goes on behind what is stored, where nothing is open and nothing else can have been stored (EPB-06). */
  rewind(): void {
    for (const sequences of this.partitions.values()) if (sequences.open.length === 0) sequences.rewind()
    this.isSpent = false
  }

  /** Forgets all. */
  clear(): void {
    this.partitions.clear()
  }
}
