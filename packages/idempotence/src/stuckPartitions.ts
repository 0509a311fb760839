import type { ControlPlane, GuardedBatch, KafkaError } from '@posthorn/contracts'
import { brokerError, ErrorCode } from '@posthorn/protocol'
import type { PartitionSequences } from './partitionSequences.ts'
import type { ProducerIdentity } from './producerIdentity.ts'

/** Partitions with a gap in their sequences, which can only go on from 0, under another identity (KIP-360). */
export class StuckPartitions {
  private readonly stuck = new Set<PartitionSequences>()

  /** Notes a partition. */
  add(sequences: PartitionSequences): void {
    this.stuck.add(sequences)
  }

  /** Those that can begin anew: each by itself, so none waits for the brokers of the others. */
  get ready(): PartitionSequences[] {
    return [...this.stuck].filter(({ isStuck }) => isStuck)
  }

  /**
   * Begins a partition anew (EPB-02). What the broker has refused whenever it was sent is sent again under the new
   * identity; what it may have stored, or has stored a later batch of, fails instead, since it could be stored twice, or
   * behind its successor: see decision 0007.
   */
  restart(sequences: PartitionSequences, identity: ProducerIdentity, control: ControlPlane): void {
    const unfit = sequences.open.filter((it) => it.maybePersisted || sequences.isOvertaken(it))
    for (const batch of unfit) control.fail(batch, left(batch))
    sequences.restart(identity)
    this.stuck.delete(sequences)
    for (const batch of sequences.open) control.restamp(batch, sequences.stamp(batch.recordCount))
  }

  /** Forgets all. */
  clear(): void {
    this.stuck.clear()
  }
}

function left({ partition: { topic, partition }, maybePersisted }: GuardedBatch): KafkaError {
  const why = maybePersisted
    ? 'an earlier attempt at it may have been stored: sent again under a new producer epoch it could be stored twice'
    : 'a later one is stored: sent again under a new producer epoch it would be stored behind that'
  const message = `a gap came before the batch in ${topic}-${partition}, and ${why}`
  return brokerError(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, { topic, partition, maybePersisted }, message)
}
