/**
 * What a partitioner may know of a topic. The same object for the life of the producer; its members change, and its
 * methods are called on it, which the compiler checks.
 */
export interface TopicView {
  /** Topic name. */
  readonly topic: string
  /** Number of partitions, with or without a leader. At least 1. */
  readonly partitionCount: number
  /** Partitions that have a leader now, ascending. May be empty. */
  readonly available: readonly number[]
  /**
   * Those of `available` whose leader is in the rack of the client (`clientRack`, KIP-1123), ascending. Absent or empty
   * when there are none, or when one of the two racks is not known.
   */
  readonly availableInRack?: readonly number[] | undefined
  /** `batchSize` of the producer in bytes, at least 1. */
  readonly batchSize: number
  /** Batches queued for a partition and not yet sent. */
  queueLength(this: TopicView, partition: number): number
  /**
   * False for a partition whose leader has had data waiting for longer than `partitionerAvailabilityTimeoutMs`
   * (KIP-794). Always true when that is 0.
   */
  isResponsive(this: TopicView, partition: number): boolean
}

/** Chooses partitions for the records of one topic. */
export interface TopicPartitioner {
  /**
   * True when keys have no say in `partition` (`partitioner.ignore.keys`), so that `onAppend` has to hear of records
   * with a key as well. Does not change. Default false.
   */
  readonly ignoresKeys?: boolean | undefined
  /**
   * A partition in [0, `view.partitionCount`). `key` is the serialized key, `null` for none; valid during the call.
   * Called once for each record that names no partition itself.
   */
  partition(key: Uint8Array | null, view: TopicView): number
  /**
   * A record without a key (with {@link ignoresKeys}, any record) that this partitioner placed was appended: `bytes`
   * more are in `partition`, and `lastBatchFull` tells whether the partition's newest batch is full. Optional; sticky
   * partitioners need it (KIP-794).
   */
  onAppend?(partition: number, bytes: number, lastBatchFull: boolean, view: TopicView): void
}

/** Decides which partition a record goes to (`partitioner.class`). */
export interface Partitioner {
  /** Shown in errors, for example `murmur2Sticky`. */
  readonly name: string
  /** A partitioner for one topic, asked for once. Topics share no state. */
  forTopic(topic: string): TopicPartitioner
  /** Called once when the producer closes. Optional. */
  close?(): void
}
