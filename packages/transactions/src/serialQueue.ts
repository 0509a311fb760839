/** Runs pieces of work one after another, in the order in which they were given (TRQ-01, TRQ-07). */
export class SerialQueue {
  private tail: Promise<unknown> = Promise.resolve()

  /** Runs `work` when everything before it has ended, however. Resolves or rejects as it does. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work, work)
    this.tail = result.then(
      () => {},
      () => {},
    )
    return result
  }
}
