import type { GuardedBatch, PartitionRef, ProducerStamp } from '@posthorn/contracts'

/** A batch of which a test says everything: for tests of a guard of one's own, as the kit's cases use it. */
export class ScriptedBatch implements GuardedBatch {
  /** Where its records go. */
  readonly partition: PartitionRef
  /** How many records it has, 1 or more. */
  readonly recordCount: number
  /** How often it was drained; 0 at first. */
  attempts = 0
  /** Whether a request with it is on its way; false at first. */
  inFlight = false
  /** Whether a broker may have stored it; false at first. */
  maybePersisted = false
  /** What the guard stamped it with; `null` at first. */
  stamp: ProducerStamp | null = null

  constructor(partition: PartitionRef, recordCount: number) {
    this.partition = partition
    this.recordCount = recordCount
  }

  /** Producer id, epoch and sequence as text, `7/1/20`, to be compared; `none` without a stamp. */
  get place(): string {
    const { stamp } = this
    return stamp === null ? 'none' : `${stamp.producerId}/${stamp.producerEpoch}/${stamp.baseSequence}`
  }
}
