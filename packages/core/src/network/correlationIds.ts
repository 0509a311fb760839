/** First of the ids that are kept for SASL, so that a late ordinary answer cannot be taken for one of its (NET-19). */
const RESERVED_FROM = 2_147_483_640

/** Numbers for requests: one more each time, without the reserved ones, then from the most negative up. */
export class CorrelationIds {
  private last = 0

  /** The next number, an int32. */
  next(): number {
    this.last = this.last + 1 === RESERVED_FROM ? -2_147_483_648 : this.last + 1
    return this.last
  }
}

/** The reserved numbers, over and over: enough for one exchange of tokens, whose requests wait for one another (SAS-04). */
export class SaslCorrelationIds {
  private last = RESERVED_FROM - 1

  /** The next number, an int32. */
  next(): number {
    this.last = this.last === 2_147_483_647 ? RESERVED_FROM : this.last + 1
    return this.last
  }
}
