import { readFileSync } from 'node:fs'

/** @typedef {import('./flags.mjs').DriverFlags} DriverFlags */
/** @typedef {{ peer: string, version: string }} Identity */
/** @typedef {import('./tally.mjs').Tally} Tally */

/**
 * What was measured of the timed phase.
 *
 * @typedef {object} Timing
 * @property {number} warmup
 * @property {number} warmupErrors
 * @property {number} sent
 * @property {number} seconds
 * @property {NodeJS.CpuUsage} cpu
 */

/**
 * The line that tells of a finished run.
 *
 * @param {Identity} identity
 * @param {DriverFlags} flags
 * @param {Tally} tally
 * @param {Timing} timing
 */
export function finishedReport(identity, flags, tally, { warmup, warmupErrors, sent, seconds, cpu }) {
  const bytes = sent * (flags.valueSize + flags.keySize)
  const sorted = Float64Array.from(tally.latencies).sort()
  /** @param {number} q */
  const quantile = (q) => round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0)
  return {
    ...identity,
    records: tally.acked,
    warmup,
    bytes,
    seconds: round(seconds),
    records_per_s: Math.round(sent / seconds),
    mb_per_s: round(bytes / 1e6 / seconds),
    cpu_user_s: round(cpu.user / 1e6),
    cpu_sys_s: round(cpu.system / 1e6),
    cpu_us_per_record: round((cpu.user + cpu.system) / sent),
    max_rss_mb: memoryMb().max,
    p50_ms: quantile(0.5),
    p95_ms: quantile(0.95),
    p99_ms: quantile(0.99),
    p999_ms: quantile(0.999),
    errors: tally.errors + warmupErrors,
    ...firstError(tally),
  }
}

/**
 * The line that tells what had happened when the time of a stalled run was over.
 *
 * @param {Identity} identity
 * @param {Tally} tally
 */
export function stalledReport(identity, tally) {
  const { accepted, acked, errors } = tally
  const { now, max } = memoryMb()
  return { ...identity, accepted, acked, errors, rss_mb: now, max_rss_mb: max, ...firstError(tally) }
}

/** @param {Tally} tally */
function firstError({ firstError }) {
  if (firstError === undefined) return {}
  return { first_error: firstError instanceof Error ? firstError.message : String(firstError) }
}

/** Resident memory. Linux tells the peak of this very program; elsewhere it may include what the process ran before. */
function memoryMb() {
  const now = round(process.memoryUsage.rss() / 2 ** 20)
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (peak !== undefined) return { now, max: round(Number(peak) / 1024) }
  } catch {
    // Not Linux.
  }
  return { now, max: round(process.resourceUsage().maxRSS / 1024) }
}

/** @param {number} value */
function round(value) {
  return Number(value.toFixed(3))
}
