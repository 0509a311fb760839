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
