import type { GuardedBatch, PartitionRef, ProducerStamp } from '@posthorn/contracts'

/** A batch of which a test says everything. */
export class ScriptedBatch implements GuardedBatch {
  readonly partition: PartitionRef
  readonly recordCount: number
  attempts = 0
  inFlight = false
  maybePersisted = false
  stamp: ProducerStamp | null = null

  constructor(partition: PartitionRef, recordCount: number) {
    this.partition = partition
    this.recordCount = recordCount
  }

  /** Epoch and sequence, `1/20`. */
  get place(): string {
    return this.stamp === null ? 'none' : `${this.stamp.producerEpoch}/${this.stamp.baseSequence}`
  }
}
