import type { Histogram } from './histogram.ts'
import type { PerfJob } from './job.ts'
import type { PerfTally, Sample } from './perfTally.ts'

/** Latencies in ms. */
export interface Latencies {
  readonly min: number
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly p9999: number
  readonly max: number
}

/** What `posthorn perf --json` prints. */
export interface PerfResult {
  readonly topic: string
  /** Flags and settings; secrets left out. */
  readonly settings: Readonly<Record<string, string>>
  readonly node: string
  /** Records sent; the warm-up is counted nowhere. */
  readonly records: number
  readonly acknowledged: number
  readonly failed: number
  /** Bytes of the values that were acknowledged. */
  readonly bytes: number
  readonly seconds: number
  readonly recordsPerSecond: number
  readonly bytesPerSecond: number
  /** From `trySend`, or with a rate from when the record was due, to its acknowledgement. */
  readonly latencyMs: Latencies
  /** Bytes of the batches as sent: after compression, headers included. */
  readonly bytesSent: number
  readonly batches: number
  readonly retries: number
  readonly transactions: {
    readonly committed: number
    readonly aborted: number
    readonly commitMs: Latencies
  } | null
  /** Second by second. */
  readonly samples: readonly Sample[]
  /** How many records took so long: from a time in ms (included) to another. */
  readonly histogram: readonly { readonly fromMs: number; readonly toMs: number; readonly count: number }[]
  readonly errors: readonly { readonly code: string; readonly count: number; readonly message: string }[]
  readonly interrupted: boolean
  readonly error: string | null
}

/** How a run ended, beside what was counted. */
export interface PerfEnding {
  readonly elapsedMs: number
  readonly interrupted: boolean
  readonly error: string | null
}

/** The result of a run. */
export function perfResult(job: PerfJob, tally: PerfTally, { elapsedMs, interrupted, error }: PerfEnding): PerfResult {
  const seconds = elapsedMs / 1000
  const perSecond = (count: number): number => (seconds === 0 ? 0 : Math.round(count / seconds))
  return {
    topic: job.topic,
    settings: job.settings,
    node: process.version,
    records: tally.sent,
    acknowledged: tally.acknowledged,
    failed: tally.failed,
    bytes: tally.bytes,
    seconds: round(seconds),
    recordsPerSecond: perSecond(tally.acknowledged),
    bytesPerSecond: perSecond(tally.bytes),
    latencyMs: latencies(tally.latency),
    bytesSent: tally.bytesSent,
    batches: tally.batches,
    retries: tally.retries,
    transactions:
      job.transactionRecords === null
        ? null
        : { committed: tally.committed, aborted: tally.aborted, commitMs: latencies(tally.commit) },
    samples: tally.samples.map(rounded),
    histogram: tally.latency.buckets(),
    errors: Array.from(tally.errors, ([code, { count, message }]) => ({ code, count, message })),
    interrupted,
    error,
  }
}

function latencies(histogram: Histogram): Latencies {
  const at = (part: number): number => round(histogram.quantile(part))
  return {
    min: round(histogram.minMs),
    mean: round(histogram.meanMs),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    p9999: at(0.9999),
    max: round(histogram.maxMs),
  }
}

function rounded(sample: Sample): Sample {
  return Object.fromEntries(
    Object.entries(sample).map(([name, value]) => [name, round(value as number)]),
  ) as unknown as Sample
}

function round(value: number): number {
  return Number(value.toFixed(3))
}
