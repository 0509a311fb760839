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
   * identity; what it may have stored fails instead, since it could be stored twice: see decision 0007.
   */
  restart(sequences: PartitionSequences, identity: ProducerIdentity, control: ControlPlane): void {
    for (const batch of sequences.open.filter((it) => it.maybePersisted)) control.fail(batch, uncertain(batch))
    sequences.restart(identity)
    this.stuck.delete(sequences)
    for (const batch of sequences.open) control.restamp(batch, sequences.stamp(batch.recordCount))
  }

  /** Forgets all. */
  clear(): void {
    this.stuck.clear()
  }
}

function uncertain({ partition: { topic, partition } }: GuardedBatch): KafkaError {
  const message =
    `a gap came before the batch in ${topic}-${partition}, and an earlier attempt at it may have been stored: ` +
    'sent again under a new producer epoch it could be stored twice'
  return brokerError(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, { topic, partition, maybePersisted: true }, message)
}
