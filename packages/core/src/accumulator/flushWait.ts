/** One call of `flush`: how much it still waits for. */
export class FlushWait {
  private remaining = 1
  private readonly done: () => void

  constructor(done: () => void) {
    this.done = done
  }

  /** Waits for one thing more. */
  add(): void {
    this.remaining++
  }

  /** One thing is over; the last one ends the flush. The constructor counts as one, so that an empty flush ends too. */
  arrive(): void {
    if (--this.remaining === 0) this.done()
  }
}
