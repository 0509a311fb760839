/**
 * Which partitions of a topic have been given a record. Load says nothing about a partition that never had a batch: its
 * queue is as short as that of the quickest broker, so it would draw records only for being new (KIP-794).
 */
export class SeenPartitions {
  #seen = new Uint8Array(0)
  #missing = 0

  /** Takes notice of a record for `partition`, of a topic with `count` partitions. */
  add(partition: number, count: number): void {
    if (this.#seen.length !== count) this.#resize(count)
    if (this.#missing === 0 || this.#seen[partition] !== 0) return
    this.#seen[partition] = 1
    this.#missing--
  }

  /** Whether each of the `count` partitions of the topic has had a record. */
  coversAll(count: number): boolean {
    return this.#seen.length === count && this.#missing === 0
  }

  #resize(count: number): void {
    const seen = new Uint8Array(count)
    seen.set(this.#seen.subarray(0, count))
    this.#seen = seen
    this.#missing = count
    for (const one of seen) this.#missing -= one
  }
}
