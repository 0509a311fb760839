/**
 * Promises for calls that fail for one and the same reason, many in a turn. They follow one promise that was rejected and
 * handled: rejecting each by itself before its caller can listen makes Node note it as unhandled, with an object and an
 * entry in a weak map, and strike it out again; that costs several times what the promise does. One that nobody listens
 * to is unhandled all the same.
 */
export class Rejections {
  private reason: unknown = undefined
  private rejected: Promise<never> | null = null

  /** A promise of its own, which is rejected with `reason` before anything else happens than the caller's own turn. */
  promise(reason: unknown): Promise<never> {
    // The methods of `Promise` make a promise of what they are given none for: this one passes the rejection on.
    return this.shared(reason).then<never>()
  }

  /** A promise rejected with `reason` that counts as handled, to resolve others with. It may be anybody's: not to be given away. */
  shared(reason: unknown): Promise<never> {
    if (this.rejected !== null && this.reason === reason) return this.rejected
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason of an aborted signal may be anything
    const rejected = Promise.reject(reason)
    this.reason = reason
    this.rejected = rejected
    rejected.catch(this.forget)
    return rejected
  }

  /** Nothing is kept beyond the turn. */
  private readonly forget = (): void => {
    this.reason = undefined
    this.rejected = null
  }
}
