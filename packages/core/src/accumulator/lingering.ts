import type { ProducerBatch } from './batch.ts'

/** Batches that wait for more records, in order of creation, which with one `lingerMs` is the order of their deadlines. */
export class Lingering {
  private readonly lingerMs: number
  private batches: ProducerBatch[] = []
  private head = 0

  constructor(lingerMs: number) {
    this.lingerMs = lingerMs
  }

  add(batch: ProducerBatch): void {
    this.batches.push(batch)
  }

  /** When the first deadline is, `Infinity` when nothing lingers. */
  nextDeadline(): number {
    this.skip()
    const first = this.batches[this.head]
    return first === undefined ? Number.POSITIVE_INFINITY : first.createdMs + this.lingerMs
  }

  /** The next batch whose deadline has come, or `null`. */
  take(now: number): ProducerBatch | null {
    if (this.nextDeadline() > now) return null
    const batch = this.batches[this.head]
    // Past the end, `head` must not move: it would skip batches that are yet to come.
    if (batch === undefined) return null
    this.head++
    return batch
  }

  /** Drops batches that were drained meanwhile, and memory of what was taken. */
  private skip(): void {
    const { batches } = this
    while (this.head < batches.length && batches[this.head]?.queued === false) this.head++
    if (this.head === batches.length) {
      this.batches.length = 0
      this.head = 0
    } else if (this.head >= 1024) {
      this.batches = batches.slice(this.head)
      this.head = 0
    }
  }
}
