import type { TopicPartitioner, TopicView } from '@posthorn/contracts'
import type { Keyless } from './keyless.ts'
import type { KeyPlace } from './keyPlaces.ts'
import { pickByLoad, pickUniform } from './pick.ts'
import { SeenPartitions } from './seenPartitions.ts'

/**
 * Places keys by a function, and records without a key on one partition until a batch's worth of bytes went there
 * (KIP-480, KIP-794). Without a function keys have no say.
 */
export class StickyTopic implements TopicPartitioner {
  readonly ignoresKeys: boolean
  readonly #place: KeyPlace | null
  readonly #adaptive: boolean
  readonly #rackAware: boolean
  readonly #random: () => number
  readonly #seen = new SeenPartitions()
  #current = -1
  #bytes = 0
  #due = false

  constructor(place: KeyPlace | null, { adaptive, rackAware }: Keyless, random: () => number) {
    this.ignoresKeys = place === null
    this.#place = place
    this.#adaptive = adaptive
    this.#rackAware = rackAware
    this.#random = random
  }

  partition(key: Uint8Array | null, view: TopicView): number {
    if (key !== null && this.#place !== null) {
      const partition = this.#place(key, view.partitionCount)
      if (this.#adaptive) this.#seen.add(partition, view.partitionCount)
      return partition
    }
    // A topic that was deleted and made again may have fewer partitions than the one chosen before.
    if (this.#current < 0 || this.#current >= view.partitionCount) this.#move(view)
    // The batch that the switch waited for may have left since the last record was appended.
    else if (this.#due && view.queueLength(this.#current) === 0) this.#move(view)
    return this.#current
  }

  onAppend(partition: number, bytes: number, lastBatchFull: boolean, view: TopicView): void {
    // Placed before the latest move: its bytes say nothing about the partition that is current now.
    if (partition !== this.#current) return
    this.#bytes += bytes
    // Leaving a batch half full would send many small ones under a long linger (KAFKA-14156).
    if (this.#bytes >= view.batchSize * 2 || (this.#bytes >= view.batchSize && lastBatchFull)) this.#move(view)
    else this.#due = this.#bytes >= view.batchSize
  }

  #move(view: TopicView): void {
    const weighted = this.#adaptive && view.partitionCount > 1 && this.#seen.coversAll(view.partitionCount)
    const near = this.#rackAware ? (view.availableInRack ?? []) : []
    const candidates = near.length > 0 ? near : view.available
    this.#current = (weighted ? pickByLoad : pickUniform)(view, candidates, this.#random)
    this.#bytes = 0
    this.#due = false
    if (this.#adaptive) this.#seen.add(this.#current, view.partitionCount)
  }
}
