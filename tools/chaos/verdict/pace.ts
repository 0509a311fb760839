import type { Progress } from './history.ts'

const stepMs = 100
const windowMs = 1000

/** Faults by `Date.now()`: when the first began and when the last was over. */
export interface FaultSpan {
  readonly firstAt: number
  readonly lastAt: number
}

/** Records a second before, during and after the faults, and how long after the last one it was as before. */
export interface Pace {
  readonly before: number
  readonly during: number
  readonly after: number
  /**
   * From the end of the last fault to the start of the first second that has at least 80% of the records of a median
   * second before the faults; null if there was none.
   */
  readonly recoveryMs: number | null
}

/** Tells the pace of acknowledgements. */
export function paceOf(progress: readonly Progress[], { firstAt, lastAt }: FaultSpan): Pace {
  const start = progress[0]?.at ?? firstAt
  const end = progress.at(-1)?.at ?? lastAt
  const before = medianSecond(progress, start, firstAt)
  let recoveryMs: number | null = null
  for (let from = lastAt; from + windowMs <= end + stepMs && recoveryMs === null; from += stepMs) {
    if (recordsIn(progress, from, from + windowMs) >= before * 0.8) recoveryMs = from - lastAt
  }
  const seconds = Math.max(0.001, (lastAt - firstAt) / 1000)
  return {
    before: Math.round(before),
    during: Math.round(recordsIn(progress, firstAt, lastAt) / seconds),
    after: Math.round(medianSecond(progress, lastAt, end)),
    recoveryMs,
  }
}

function medianSecond(progress: readonly Progress[], from: number, to: number): number {
  const seconds: number[] = []
  for (let at = from; at + windowMs <= to; at += stepMs) seconds.push(recordsIn(progress, at, at + windowMs))
  seconds.sort((a, b) => a - b)
  return seconds[seconds.length >> 1] ?? 0
}

function recordsIn(progress: readonly Progress[], from: number, to: number): number {
  let sum = 0
  for (const { at, records } of progress) if (at >= from && at < to) sum += records
  return sum
}
