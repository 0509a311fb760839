/** Counts what became of records, and wakes whoever waits for outcomes. */
export class Tally {
  /** Records that the producer took. */
  accepted = 0
  acked = 0
  errors = 0
  /** Records without an outcome. */
  outstanding = 0
  /** @type {unknown} */
  firstError = undefined
  /**
   * Milliseconds from call to acknowledgement, of the records that were timed.
   *
   * @type {number[]}
   */
  latencies = []
  /** @type {(() => void) | null} */
  #wake = null
  #wakeAt = 0

  /** A record was acknowledged. One function for all records, so that counting costs as little as it can. */
  onAcked = () => {
    this.acked++
    this.#onSettled()
  }

  /**
   * A record failed.
   *
   * @param {unknown} error
   */
  onFailed = (error) => {
    this.errors++
    this.firstError ??= error
    this.#onSettled()
  }

  /**
   * As {@link Tally.onAcked}, for a record sent at `sentMs`.
   *
   * @param {number} sentMs
   */
  onAckedSince(sentMs) {
    return () => {
      this.latencies.push(performance.now() - sentMs)
      this.onAcked()
    }
  }

  /** Forgets outcomes and times, before the phase that counts. */
  restart() {
    this.acked = this.errors = 0
    this.latencies = []
  }

  /**
   * Resolves when no more than `level` records are without an outcome. One wait at a time.
   *
   * @param {number} level
   * @returns {Promise<void> | undefined}
   */
  until(level) {
    if (this.outstanding <= level) return undefined
    return new Promise((resolve) => {
      this.#wakeAt = level
      this.#wake = resolve
    })
  }

  #onSettled() {
    this.outstanding--
    if (this.#wake === null || this.outstanding > this.#wakeAt) return
    const wake = this.#wake
    this.#wake = null
    wake()
  }
}
