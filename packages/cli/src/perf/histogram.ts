/** Values below this many µs have a bucket each; above, a bucket is at most 1/64 as wide as its values are large. */
const EXACT_BELOW = 128
const PER_DOUBLING = 64
const LARGEST_US = 2 ** 31 - 1
const BUCKETS = EXACT_BELOW + 24 * PER_DOUBLING

/** Some latencies that are close to one another. */
export interface Bucket {
  /** Included, in ms. */
  readonly fromMs: number
  /** Not included, in ms. */
  readonly toMs: number
  readonly count: number
}

/**
 * Counts latencies, in a memory that does not depend on how many there are: quantiles are off by 1.6 % at most, the
 * least, the most and the mean by nothing. From 1 µs to 35 minutes.
 */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS)
  #count = 0
  #sumMs = 0
  #leastMs = Number.POSITIVE_INFINITY
  #mostMs = 0

  /** How many were recorded. */
  get count(): number {
    return this.#count
  }

  /** The least, 0 of none. In ms, as all that follow. */
  get minMs(): number {
    return this.#count === 0 ? 0 : this.#leastMs
  }

  get maxMs(): number {
    return this.#mostMs
  }

  get meanMs(): number {
    return this.#count === 0 ? 0 : this.#sumMs / this.#count
  }

  /** Takes a latency in ms, 0 or more. */
  record(ms: number): void {
    const us = Math.min(LARGEST_US, Math.max(0, Math.round(ms * 1000)))
    this.#counts[bucketOf(us)]!++
    this.#count++
    this.#sumMs += ms
    if (ms < this.#leastMs) this.#leastMs = ms
    if (ms > this.#mostMs) this.#mostMs = ms
  }

  /** What so large a part of all, from 0 to 1, did not exceed; 0 of none. */
  quantile(part: number): number {
    let left = Math.max(1, Math.ceil(part * this.#count))
    for (let i = 0; i < BUCKETS && this.#count > 0; i++) {
      left -= this.#counts[i]!
      // The last value of the bucket: none of those counted is larger.
      if (left <= 0) return Math.min(this.#mostMs, Math.max(this.#leastMs, (startOf(i + 1) - 1) / 1000))
    }
    return this.#mostMs
  }

  /** Those buckets that have something in them, in order. */
  buckets(): Bucket[] {
    const found: Bucket[] = []
    for (let i = 0; i < BUCKETS; i++) {
      const count = this.#counts[i]!
      if (count > 0) found.push({ fromMs: startOf(i) / 1000, toMs: startOf(i + 1) / 1000, count })
    }
    return found
  }

  /** Forgets everything. */
  reset(): void {
    this.#counts.fill(0)
    this.#count = this.#sumMs = this.#mostMs = 0
    this.#leastMs = Number.POSITIVE_INFINITY
  }
}

function bucketOf(us: number): number {
  if (us < EXACT_BELOW) return us
  const shift = 25 - Math.clz32(us)
  return EXACT_BELOW + (shift - 1) * PER_DOUBLING + (us >> shift) - PER_DOUBLING
}

/** The first µs of a bucket. */
function startOf(bucket: number): number {
  if (bucket < EXACT_BELOW) return bucket
  const beyond = bucket - EXACT_BELOW
  const doublings = Math.floor(beyond / PER_DOUBLING) + 1
  return (PER_DOUBLING + (beyond % PER_DOUBLING)) * 2 ** doublings
}
