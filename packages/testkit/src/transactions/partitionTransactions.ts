import { BatchAttribute } from '@posthorn/protocol'
import type { StoredBatch } from '../cluster/storedBatch.ts'

/** A transaction that has begun in a partition and not ended there. */
export interface OpenTransaction {
  /** Who writes it. */
  readonly producerId: bigint
  /** The epoch of its latest batch. */
  readonly producerEpoch: number
  /** Offset of its first record. */
  readonly firstOffset: bigint
}

/** A transaction that was aborted. */
export interface AbortedRange {
  readonly producerId: bigint
  /** Offset of its first record. */
  readonly firstOffset: bigint
  /** Offset of its marker. */
  readonly lastOffset: bigint
}

type FirstBatch = Pick<StoredBatch, 'producerId' | 'producerEpoch' | 'baseSequence'>

/** The transactions of one partition, as its log tells them. */
export class PartitionTransactions {
  readonly #open = new Map<bigint, OpenTransaction>()
  readonly #tried = new Map<bigint, { readonly epoch: number; readonly lowest: number }>()
  #aborted: AbortedRange[] = []

  /** Those that have no marker yet, oldest first. */
  get open(): readonly OpenTransaction[] {
    return [...this.#open.values()]
  }

  /** Whether a producer is inside of a transaction. */
  isOpen(producerId: bigint, producerEpoch?: number): boolean {
    const found = this.#open.get(producerId)
    return found !== undefined && (producerEpoch === undefined || found.producerEpoch === producerEpoch)
  }

  /**
   * Notes that the first batch of a transaction came, and returns whether it may be that one. It may not if one with a
   * lower sequence came before and was refused, for lack of the coordinator perhaps: appended, it would overtake it.
   */
  tryFirst({ producerId, producerEpoch: epoch, baseSequence }: FirstBatch): boolean {
    const tried = this.#tried.get(producerId)
    if (tried?.epoch === epoch && tried.lowest < baseSequence) return false
    this.#tried.set(producerId, { epoch, lowest: baseSequence })
    return true
  }

  /** Where readers of committed records stop: at the oldest open transaction, or at the log's end. */
  lastStableOffset(startOffset: bigint, endOffset: bigint): bigint {
    let stable = endOffset
    for (const { firstOffset } of this.#open.values()) if (firstOffset < stable) stable = firstOffset
    return stable < startOffset ? startOffset : stable
  }

  /** Aborted transactions with something from `from` on and before `to`. */
  abortedIn(from: bigint, to: bigint): readonly AbortedRange[] {
    return this.#aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < to)
  }

  /** Whether the batch belongs to a transaction that was aborted. */
  isAborted({ producerId, baseOffset, attributes }: StoredBatch): boolean {
    if ((attributes & BatchAttribute.transactional) === 0) return false
    return this.abortedIn(baseOffset, baseOffset + 1n).some((range) => range.producerId === producerId)
  }

  /** Notes a batch that was appended. */
  onAppended({ attributes, control, producerId, producerEpoch, baseOffset, lastOffset }: StoredBatch): void {
    if ((attributes & BatchAttribute.transactional) === 0) return
    const open = this.#open.get(producerId)
    this.#tried.delete(producerId)
    if (control === null) {
      this.#open.set(producerId, { producerId, producerEpoch, firstOffset: open?.firstOffset ?? baseOffset })
      return
    }
    this.#open.delete(producerId)
    if (open === undefined || control === 'commit') return
    this.#aborted.push({ producerId, firstOffset: open.firstOffset, lastOffset })
  }

  /** Forgets what ended before the log begins. */
  deleteBefore(startOffset: bigint): void {
    this.#aborted = this.#aborted.filter(({ lastOffset }) => lastOffset >= startOffset)
  }

  /** Starts again from what the log holds. */
  rebuild(batches: readonly StoredBatch[]): void {
    this.#open.clear()
    this.#aborted = []
    for (const batch of batches) this.onAppended(batch)
  }
}
