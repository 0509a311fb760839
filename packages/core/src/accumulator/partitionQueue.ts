import type { PartitionRef } from '@posthorn/contracts'
import type { ProducerBatch } from './batch.ts'
import type { NodeQueue } from './nodeQueue.ts'

/** The batches of one partition that wait to be sent, oldest first; only the last one takes records. */
export class PartitionQueue implements PartitionRef {
  /** The batch that takes records, if there is one; the last in `batches` then. */
  open: ProducerBatch | null = null
  readonly topic: string
  readonly partition: number
  /** Where the state of its open batch is, in the accumulator's {@link OpenSlots}. */
  readonly slot: number
  readonly batches: ProducerBatch[] = []
  /** Where its leader is; `null` while there is none. */
  node: NodeQueue | null = null
  /** Epoch of that leader; -1 when unknown. */
  leaderEpoch = -1
  /** True while it stands in its node's list of partitions with something to send. */
  listed = false
  /** True while nothing may be drained because order would be lost. */
  muted = false
  /** True while a codec works on its first batch. */
  sealing = false

  constructor(topic: string, partition: number, slot: number) {
    this.topic = topic
    this.partition = partition
    this.slot = slot
  }

  /** The batch to be sent next. */
  get first(): ProducerBatch | undefined {
    return this.batches[0]
  }

  /** The newest batch, open or not. */
  get last(): ProducerBatch | undefined {
    return this.batches[this.batches.length - 1]
  }

  /** Takes a batch out, wherever it stands. */
  remove(batch: ProducerBatch): void {
    const at = this.batches[0] === batch ? 0 : this.batches.indexOf(batch)
    if (at >= 0) this.batches.splice(at, 1)
    if (this.open === batch) this.open = null
    batch.queued = false
  }
}
