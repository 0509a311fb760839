import type { StoredBatch } from './storedBatch.ts'

/**
 * What a partition holds. All replicas share it, so whoever leads next continues where the last leader stopped;
 * `dropLast` plays a leader that had not seen the end.
 */
export class PartitionLog {
  readonly #batches: StoredBatch[] = []
  readonly #waiting = new Set<() => void>()
  #start = 0n
  #end = 0n

  /** The batches, oldest first. */
  get batches(): readonly StoredBatch[] {
    return this.#batches
  }

  /** First offset that is still there. */
  get startOffset(): bigint {
    return this.#start
  }

  /** Offset that the next record gets. */
  get endOffset(): bigint {
    return this.#end
  }

  /** Adds a batch that begins at `endOffset`. */
  append(batch: StoredBatch): void {
    this.#batches.push(batch)
    this.#end = batch.lastOffset + 1n
    for (const waiting of [...this.#waiting]) waiting()
  }

  /** Calls `listener` after each append, until the returned function is called. */
  onAppend(listener: () => void): () => void {
    this.#waiting.add(listener)
    return () => this.#waiting.delete(listener)
  }

  /** Index of the batch that holds `offset`, or of the first after it. */
  indexOf(offset: bigint): number {
    let low = 0
    let high = this.#batches.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#batches[middle]!.lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Removes the newest `count` batches; their offsets will be given again. */
  dropLast(count: number): void {
    const kept = Math.max(0, this.#batches.length - count)
    this.#batches.length = kept
    this.#end = kept === 0 ? this.#start : this.#batches[kept - 1]!.lastOffset + 1n
  }

  /** Removes what lies before `offset`, as retention does: whole batches only. */
  deleteBefore(offset: bigint): void {
    const removed = this.#batches.splice(0, this.indexOf(offset))
    if (removed.length > 0) this.#start = removed.at(-1)!.lastOffset + 1n
  }
}
