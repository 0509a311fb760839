import { Fifo } from '../values/fifo.ts'
import type { ProducerBatch } from './batch.ts'

/** Batches that wait for more records, in order of creation, which with one `lingerMs` is the order of their deadlines. */
export class Lingering {
  private readonly lingerMs: number
  private readonly batches = new Fifo<ProducerBatch>()

  constructor(lingerMs: number) {
    this.lingerMs = lingerMs
  }

  add(batch: ProducerBatch): void {
    this.batches.push(batch)
  }

  /** When the first deadline is, `Infinity` when nothing lingers. */
  nextDeadline(): number {
    // Those that were drained meanwhile do not linger any more.
    while (this.batches.first?.queued === false) this.batches.shift()
    const { first } = this.batches
    return first === undefined ? Number.POSITIVE_INFINITY : first.createdMs + this.lingerMs
  }

  /** The next batch whose deadline has come, or `null`. */
  take(now: number): ProducerBatch | null {
    return this.nextDeadline() > now ? null : (this.batches.shift() ?? null)
  }
}
