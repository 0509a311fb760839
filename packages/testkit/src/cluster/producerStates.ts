import type { StoredBatch } from './storedBatch.ts'

/** What the broker needs to know of a batch to place it in its producer's stream. */
export type SequencedBatch = Pick<StoredBatch, 'producerId' | 'producerEpoch' | 'baseSequence' | 'recordCount'>

/** What the producer's state says about a batch. */
export type SequenceCheck =
  | { readonly outcome: 'append' }
  /** It is one of the last five: the answer is that of the first time. */
  | { readonly outcome: 'duplicate'; readonly first: StoredBatch }
  | { readonly outcome: 'outOfOrder'; readonly message: string }
  | { readonly outcome: 'oldEpoch'; readonly message: string }

interface ProducerState {
  epoch: number
  /** Newest last. */
  batches: StoredBatch[]
}

/** How many batches a broker remembers per producer and partition, hence at most five in flight. */
const rememberedBatches = 5
const maxSequence = 0x7fff_ffff

/** Sequence of the last record of a batch. After 2147483647 comes 0. */
function lastSequence(batch: SequencedBatch): number {
  return incrementSequence(batch.baseSequence, batch.recordCount - 1)
}

/** The sequence `by` records later. */
export function incrementSequence(sequence: number, by: number): number {
  return sequence > maxSequence - by ? by - (maxSequence - sequence) - 1 : sequence + by
}

/**
 * The idempotent producers of one partition: epoch and last five batches of each.
 *
 * A producer that the partition does not know may begin at any sequence, as on every broker since Kafka 2.4 (KIP-360):
 * its state may have gone with its old records, and a client that starts with a gap cannot be told apart from that.
 * Older brokers answered UNKNOWN_PRODUCER_ID there. A known producer with a new epoch must begin at 0. The marker that
 * ends a transaction may bring the new epoch too; it has no sequence.
 */
export class ProducerStates {
  readonly #states = new Map<bigint, ProducerState>()

  /** What is to be done with a batch. Changes nothing. */
  check(batch: SequencedBatch): SequenceCheck {
    const state = this.#states.get(batch.producerId)
    if (state === undefined) return { outcome: 'append' }
    const first = state.batches.find((known) => isSame(known, batch))
    if (first !== undefined) return { outcome: 'duplicate', first }
    const { producerId, producerEpoch, baseSequence } = batch
    if (producerEpoch < state.epoch) {
      const message = `Epoch of producer ${producerId} is ${producerEpoch}, which is smaller than the last seen epoch ${state.epoch}`
      return { outcome: 'oldEpoch', message }
    }
    const last = state.batches.at(-1)
    const expected = producerEpoch > state.epoch || last === undefined ? 0 : incrementSequence(lastSequence(last), 1)
    if (baseSequence === expected) return { outcome: 'append' }
    const message = `Out of order sequence number for producer ${producerId} in epoch ${producerEpoch}: ${baseSequence} came where ${expected} belongs`
    return { outcome: 'outOfOrder', message }
  }

  /** Notes a batch that was appended. */
  onAppended(batch: StoredBatch): void {
    if (batch.producerId < 0n) return
    const state = this.#states.get(batch.producerId)
    const batches = batch.control === null ? [batch] : []
    if (state === undefined || batch.producerEpoch > state.epoch) {
      this.#states.set(batch.producerId, { epoch: batch.producerEpoch, batches })
    } else if (batch.control === null) {
      state.batches.push(batch)
      if (state.batches.length > rememberedBatches) state.batches.shift()
    }
  }

  /** Forgets one producer or all, as `producer.id.expiration.ms` does. */
  forget(producerId?: bigint): void {
    if (producerId === undefined) this.#states.clear()
    else this.#states.delete(producerId)
  }

  /** Starts again from what the log holds, as a new leader does that has lost the end. */
  rebuild(batches: readonly StoredBatch[]): void {
    this.#states.clear()
    for (const batch of batches) this.onAppended(batch)
  }
}

function isSame(known: StoredBatch, batch: SequencedBatch): boolean {
  return (
    known.producerEpoch === batch.producerEpoch &&
    known.baseSequence === batch.baseSequence &&
    lastSequence(known) === lastSequence(batch)
  )
}
