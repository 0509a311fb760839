import type { Partitioner, Plugin, TopicPartitioner, TopicView } from '@posthorn/contracts'

/**
 * Places one record after the other on the partitions in turn, keys or not (Java's `RoundRobinPartitioner`): those with
 * a leader, or all when none has one. Batches stay small; `murmur2Sticky` is quicker for the same spread.
 */
export function roundRobin(): Plugin<Partitioner> {
  return () => ({ name: 'roundRobin', forTopic: () => new RoundRobinTopic() })
}

class RoundRobinTopic implements TopicPartitioner {
  readonly ignoresKeys = true
  #next = 0

  partition(_key: Uint8Array | null, view: TopicView): number {
    const turn = this.#next
    // As Java's counter, of which the sign bit is masked, so that the turns stay small integers for ever.
    this.#next = (turn + 1) & 0x7fffffff
    const { available } = view
    return available.length === 0 ? turn % view.partitionCount : available[turn % available.length]!
  }
}
