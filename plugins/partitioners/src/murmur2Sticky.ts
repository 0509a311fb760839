import type { Partitioner, Plugin, TopicPartitioner, TopicView } from '@posthorn/contracts'
import { booleanOption } from './booleanOption.ts'
import { murmur2 } from './murmur2.ts'
import { pickByLoad, pickUniform } from './pick.ts'
import { SeenPartitions } from './seenPartitions.ts'

/** Options of {@link murmur2Sticky}. */
export interface Murmur2StickyOptions {
  /** `partitioner.ignore.keys`: keys do not choose the partition; every record is placed as if it had none. Default false. */
  readonly ignoreKeys?: boolean | undefined
  /**
   * `partitioner.adaptive.partitioning.enable`: records without a key go more often where fewer batches wait, and not
   * to a partition that is not responsive (KIP-794). Default true. False: each partition is as likely as the others.
   */
  readonly adaptive?: boolean | undefined
  /**
   * `partitioner.rack.aware`: records without a key go to partitions whose leader is in the client's rack (`clientRack` of
   * the producer), as long as there is one (KIP-1123). Default false.
   */
  readonly rackAware?: boolean | undefined
}

/**
 * Places records as the Java client does by default. A key decides by its murmur2 hash over all partitions, with or
 * without a leader, so equal keys meet in one partition whatever client sent them. Records without a key stay on one
 * partition until `batchSize` bytes went there, so that batches fill up, and then move to another (KIP-480, KIP-794).
 * An empty key is a key. Throws a `ConfigError` for an option that is not a boolean.
 */
export function murmur2Sticky(options: Murmur2StickyOptions = {}): Plugin<Partitioner> {
  const ignoreKeys = booleanOption('murmur2Sticky', 'ignoreKeys', options.ignoreKeys, false)
  const adaptive = booleanOption('murmur2Sticky', 'adaptive', options.adaptive, true)
  const rackAware = booleanOption('murmur2Sticky', 'rackAware', options.rackAware, false)
  return (env) => ({
    name: 'murmur2Sticky',
    forTopic: () => new StickyTopic(ignoreKeys, adaptive, rackAware, () => env.random()),
  })
}

class StickyTopic implements TopicPartitioner {
  readonly ignoresKeys: boolean
  readonly #adaptive: boolean
  readonly #rackAware: boolean
  readonly #random: () => number
  readonly #seen = new SeenPartitions()
  #current = -1
  #bytes = 0
  #due = false

  constructor(ignoresKeys: boolean, adaptive: boolean, rackAware: boolean, random: () => number) {
    this.ignoresKeys = ignoresKeys
    this.#adaptive = adaptive
    this.#rackAware = rackAware
    this.#random = random
  }

  partition(key: Uint8Array | null, view: TopicView): number {
    if (key !== null && !this.ignoresKeys) {
      const partition = (murmur2(key) & 0x7fffffff) % view.partitionCount
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
