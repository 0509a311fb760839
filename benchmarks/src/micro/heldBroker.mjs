import { Cluster } from '../../peers/nullbroker/cluster.mjs'
import { Reader } from '../../peers/nullbroker/reader.mjs'

/**
 * A transport to a broker in this process, which answers at once what is not Produce, and Produce when it is told to:
 * so that what comes before an answer and what comes after it can be timed apart.
 */
export class HeldBroker {
  name = 'held'
  secure = false
  /** Time of the last Produce request that was written. */
  writtenAt = 0
  #cluster
  /** @type {(() => void)[]} */
  #held = []

  #holds

  /**
   * @param {number} partitions
   * @param {boolean} [holds] false: Produce is answered at once too
   */
  constructor(partitions, holds = true) {
    this.#holds = holds
    this.#cluster = new Cluster(partitions)
    this.#cluster.ports.push(9092)
  }

  /** Requests that wait for their answer. */
  get held() {
    return this.#held.length
  }

  /** Answers them. */
  release() {
    const held = this.#held
    this.#held = []
    for (const answer of held) answer()
  }

  /**
   * @param {unknown} _to
   * @param {import('@posthorn/contracts').ByteSink} sink
   * @returns {Promise<import('@posthorn/contracts').Connection>}
   */
  async connect(_to, sink) {
    return {
      write: (chunks, released) => {
        this.writtenAt = performance.now()
        const request = Buffer.concat(chunks)
        released()
        const answer = this.#cluster.answer(new Reader(request, 4, request.length))
        if (answer === null) return true
        if (answer.late && this.#holds) this.#held.push(() => sink.onData(answer.bytes))
        else setImmediate(() => sink.onData(answer.bytes))
        return true
      },
      end: () => sink.onClose(null),
      destroy: (error) => sink.onClose(error),
    }
  }
}
