import type { GuardedBatch } from '@posthorn/contracts'

/**
 * Requests that outlived their batches. The end of a transaction waits for them: what arrived at a broker behind it would
 * be outside of the transaction, or in the next one.
 */
export class LateRequests {
  private readonly batches = new Set<GuardedBatch>()
  private waits: (() => void)[] = []

  /** A batch is settled; perhaps a request with it is still out. */
  onSettled(batch: GuardedBatch): void {
    if (batch.inFlight) this.batches.add(batch)
  }

  /** That request is over. */
  onOver(batch: GuardedBatch): void {
    this.batches.delete(batch)
    if (this.batches.size === 0) for (const wake of this.waits.splice(0)) wake()
  }

  /** Resolves when none is out. */
  over(): Promise<void> {
    if (this.batches.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.waits.push(resolve))
  }
}
