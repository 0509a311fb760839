/**
 * Exponential back-off with jitter: `initialMs * 2^failures`, at most `maxMs`, then 20 % up or down, never beyond
 * `maxMs` (KIP-580, KIP-144, KIP-601). Without an exponent, that is when `initialMs >= maxMs`, the wait is constant.
 */
export function backoffMs(initialMs: number, maxMs: number, failures: number, random: () => number): number {
  if (initialMs >= maxMs) return initialMs
  const exponential = Math.min(initialMs * 2 ** Math.min(failures, 62), maxMs)
  return Math.min(exponential * (0.8 + 0.4 * random()), maxMs)
}
