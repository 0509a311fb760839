/** Where a judge looks, and for how long at most (default 60 seconds). */
export interface JudgeOptions {
  readonly bootstrapServers: string
  readonly topic: string
  readonly maxSeconds?: number
  /** Properties of the Java client. */
  readonly config?: Readonly<Record<string, string>>
}

/** What part of a topic to read; all partitions unless one is named. */
export interface ReadOptions extends JudgeOptions {
  readonly partition?: number
  readonly isolation?: 'read_uncommitted' | 'read_committed'
}

/** A header as it lies in the log: names may repeat, values may be null. */
type JudgedHeader = readonly [name: string, value: Buffer | null]

/** A record as Kafka's own consumer returned it. */
export interface JudgedRecord {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly timestampType: 'CreateTime' | 'LogAppendTime' | 'NoTimestampType'
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly JudgedHeader[]
}

/** What `countTopic` says of one partition. */
interface PartitionCount {
  readonly partition: number
  readonly start: number
  readonly end: number
  readonly records: number
  /** Bytes of keys and values. */
  readonly bytes: number
  /** SHA-256 in hex over each record's key, then value, each after its length as a 32-bit integer (-1 for null). */
  readonly digest: string
}

/** What `countTopic` says of a whole topic. */
export interface TopicCount {
  readonly records: number
  readonly bytes: number
  /** The sum of the CRC-32 of all values, in decimal: equal for equal values in any order and partition. */
  readonly valueCrcSum: string
  /** Of the values that are decimal numbers; `outOfOrder` counts those not above their predecessor in the partition. */
  readonly numbers: {
    readonly count: number
    readonly others: number
    readonly distinct: number
    readonly min?: number
    readonly max?: number
    readonly outOfOrder: number
  }
  readonly partitions: readonly PartitionCount[]
}

/** What `keyHistories` says of the records of one key, whose values begin with decimal sequence numbers. */
export interface KeyHistory {
  readonly key: string
  readonly records: number
  /** Numbers that are stored, in ascending ranges, both ends included. */
  readonly seen: readonly (readonly [from: number, to: number])[]
  /** Records whose number was there already. */
  readonly twice: number
  /** Records whose number is new and below one that was there before. */
  readonly outOfOrder: number
  /** Where the first of those are. */
  readonly examples: readonly string[]
}

/** A batch as Kafka's own classes parsed it; `error` says why its records could not be read. */
export interface JudgedBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly magic: number
  readonly bytes: number
  readonly codec: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  readonly timestampType: JudgedRecord['timestampType']
  readonly baseTimestamp?: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly transactional: boolean
  readonly control: boolean
  readonly leaderEpoch: number
  readonly crc?: number
  readonly valid: boolean
  readonly records: number
  readonly declaredRecords: number
  readonly recordBytes: number
  readonly error: string | null
  /** The batch as it lies in the log, if asked for. */
  readonly raw?: Buffer
}

/** A record for the Java producer; what is left out is left to it. */
export interface JavaRecord {
  readonly partition?: number
  readonly timestamp?: number
  readonly key?: Uint8Array | string | null
  readonly value: Uint8Array | string | null
  readonly headers?: readonly (readonly [name: string, value: Uint8Array | string | null])[]
}

/** Where the Java producer's record went. */
export interface RecordPlace {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
}
