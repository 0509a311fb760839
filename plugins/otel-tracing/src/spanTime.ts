import type { Clock } from '@posthorn/contracts'

/** How far the wall clock may be from where it was before it counts as set anew, in ms. */
const JUMP_MS = 2

/** Times of spans: exact to a fraction of a millisecond, as the producer's monotonic clock has them, in ms since 1970. */
export class SpanTime {
  private readonly clock: Clock
  private offset = Number.NaN

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Now. */
  now(): number {
    return this.at(this.clock.now())
  }

  /** A time of the producer's clock. */
  at(ms: number): number {
    const { clock } = this
    const offset = clock.epochMs() - clock.now()
    if (!(Math.abs(offset - this.offset) < JUMP_MS)) this.offset = offset
    return ms + this.offset
  }
}
