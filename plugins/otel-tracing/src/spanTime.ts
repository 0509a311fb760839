import type { HrTime } from '@opentelemetry/api'
import type { Clock } from '@posthorn/contracts'

/** How far the wall clock may be from where it was before it counts as set anew, in ms. */
const JUMP_MS = 2

/**
 * Times of spans: exact to a fraction of a millisecond, as the producer's monotonic clock has them. As seconds and
 * nanoseconds since 1970, because an SDK that is given one number looks at its own clock to learn what the number means.
 */
export class SpanTime {
  private readonly clock: Clock
  private offset = Number.NaN

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Now. */
  now(): HrTime {
    const now = this.clock.now()
    return this.from(now, now)
  }

  /** A time of the producer's clock. */
  at(ms: number): HrTime {
    return this.from(ms, this.clock.now())
  }

  private from(ms: number, now: number): HrTime {
    const offset = this.clock.epochMs() - now
    if (!(Math.abs(offset - this.offset) < JUMP_MS)) this.offset = offset
    return hrTime(ms + this.offset)
  }
}

function hrTime(epochMs: number): HrTime {
  const seconds = Math.trunc(epochMs / 1000)
  return [seconds, Math.min(Math.round((epochMs - seconds * 1000) * 1e6), 999_999_999)]
}
