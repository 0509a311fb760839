import { describe, expect, it } from 'vitest'
import type { Progress } from './history.ts'
import { paceOf } from './pace.ts'

/** Progress every 100 ms: so many records in each, by the moment. */
function progress(untilMs: number, recordsAt: (ms: number) => number): Progress[] {
  return Array.from({ length: untilMs / 100 }, (_, i) => ({ at: i * 100, records: recordsAt(i * 100) }))
}

const span = { firstAt: 10_000, lastAt: 20_000 }

describe('the pace', () => {
  it('is told before, during and after the faults', () => {
    const told = progress(30_000, (ms) => (ms < 10_000 ? 100 : ms < 20_000 ? 40 : 90))
    expect(paceOf(told, span)).toEqual({ before: 1000, during: 400, after: 900, recoveryMs: 0 })
  })

  it('recovers in the first second that has most of what a second had before', () => {
    const told = progress(30_000, (ms) => (ms < 10_000 || ms >= 21_500 ? 100 : 0))
    // The second from 21,300 on has 800 of 1000.
    expect(paceOf(told, span).recoveryMs).toBe(1300)
  })

  it('never recovers when no second does', () => {
    expect(
      paceOf(
        progress(30_000, (ms) => (ms < 10_000 ? 100 : 50)),
        span,
      ).recoveryMs,
    ).toBeNull()
  })
})
