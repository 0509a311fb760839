import type { BatchSettledEvent, Hooks, KafkaError } from '@posthorn/contracts'
import { Histogram } from './histogram.ts'

/** What happened in one interval, about a second. */
export interface Sample {
  /** Its end, in seconds since the start. */
  readonly atSeconds: number
  readonly recordsPerSecond: number
  readonly bytesPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Records without an outcome, at its end. */
  readonly inFlight: number
}

/** Counts one run, as a whole and second by second. */
export class PerfTally {
  sent = 0
  acknowledged = 0
  failed = 0
  /** Bytes of the values that were acknowledged. */
  bytes = 0
  batches = 0
  retries = 0
  /** Bytes of the stored batches, as they were sent. */
  bytesSent = 0
  committed = 0
  aborted = 0
  readonly latency: Histogram = new Histogram()
  /** How long a commit took, of transactions. */
  readonly commit: Histogram = new Histogram()
  readonly samples: Sample[] = []
  readonly errors: Map<string, { count: number; readonly message: string }> = new Map()
  readonly #recent = new Histogram()
  readonly #now: () => number
  #startedMs: number
  #sampledMs: number
  #sampledRecords = 0
  #sampledBytes = 0

  /** @param now in ms */
  constructor(now: () => number) {
    this.#now = now
    this.#startedMs = this.#sampledMs = now()
  }

  get elapsedMs(): number {
    return this.#now() - this.#startedMs
  }

  get inFlight(): number {
    return this.sent - this.acknowledged - this.failed
  }

  /** Forgets a warm-up; nothing may be in flight. */
  restart(): void {
    this.sent = this.acknowledged = this.failed = this.bytes = 0
    this.batches = this.retries = this.bytesSent = this.committed = this.aborted = 0
    this.latency.reset()
    this.commit.reset()
    this.#recent.reset()
    this.samples.length = this.#sampledRecords = this.#sampledBytes = 0
    this.errors.clear()
    this.#startedMs = this.#sampledMs = this.#now()
  }

  /** What the producer is to call with the outcome of a record of so many bytes, whose wait began at `sinceMs`. */
  outcomeOf(bytes: number, sinceMs: number): (error: KafkaError | null) => void {
    return (error) => {
      if (error !== null) {
        this.onFailed(error)
        return
      }
      const ms = this.#now() - sinceMs
      this.acknowledged++
      this.bytes += bytes
      this.latency.record(ms)
      this.#recent.record(ms)
    }
  }

  /** A record failed. */
  onFailed({ code, message }: KafkaError): void {
    this.failed++
    const known = this.errors.get(code)
    if (known === undefined) this.errors.set(code, { count: 1, message })
    else known.count++
  }

  /** Ends an interval. */
  sample(): Sample {
    const now = this.#now()
    const seconds = Math.max(1e-3, (now - this.#sampledMs) / 1000)
    const sample = {
      atSeconds: (now - this.#startedMs) / 1000,
      recordsPerSecond: (this.acknowledged - this.#sampledRecords) / seconds,
      bytesPerSecond: (this.bytes - this.#sampledBytes) / seconds,
      p50Ms: this.#recent.quantile(0.5),
      p99Ms: this.#recent.quantile(0.99),
      maxMs: this.#recent.maxMs,
      inFlight: this.inFlight,
    }
    this.#sampledMs = now
    this.#sampledRecords = this.acknowledged
    this.#sampledBytes = this.bytes
    this.#recent.reset()
    this.samples.push(sample)
    return sample
  }

  /** What the producer is to be watched with. */
  readonly hooks: Hooks = {
    name: 'posthorn perf',
    onBatchSettled: ({ bytes, error }: BatchSettledEvent) => {
      if (error !== null) return
      this.batches++
      this.bytesSent += bytes
    },
    onRetry: () => {
      this.retries++
    },
  }
}
