import type { GuardedBatch, PartitionRef, ProducerStamp } from '@posthorn/contracts'

/** A batch of which a case says everything. */
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

  /** Its stamp as text, to be compared. */
  get place(): string {
    const { stamp } = this
    return stamp === null ? 'none' : `${stamp.producerId}/${stamp.producerEpoch}/${stamp.baseSequence}`
  }
}
