import type { ProducerBatch } from './batch.ts'

/** All batches that are not settled, oldest first: what a flush waits for, and where expiry looks first. */
export class IncompleteBatches {
  oldest: ProducerBatch | null = null
  private newest: ProducerBatch | null = null
  private count = 0

  get size(): number {
    return this.count
  }

  /** Adds a batch at the place of its creation time. */
  add(batch: ProducerBatch): void {
    let before = this.newest
    while (before !== null && before.createdMs > batch.createdMs) before = before.older
    batch.older = before
    batch.newer = before === null ? this.oldest : before.newer
    if (batch.older === null) this.oldest = batch
    else batch.older.newer = batch
    if (batch.newer === null) this.newest = batch
    else batch.newer.older = batch
    this.count++
  }

  /** Takes a batch out. */
  remove(batch: ProducerBatch): void {
    if (batch.older === null) this.oldest = batch.newer
    else batch.older.newer = batch.newer
    if (batch.newer === null) this.newest = batch.older
    else batch.newer.older = batch.older
    batch.older = batch.newer = null
    this.count--
  }

  /** The batches of this moment, oldest first. */
  snapshot(): ProducerBatch[] {
    const batches: ProducerBatch[] = []
    for (let batch = this.oldest; batch !== null; batch = batch.newer) batches.push(batch)
    return batches
  }
}
