import type { KafkaError, Logger } from '@posthorn/contracts'
import { RecordError } from '@posthorn/contracts'
import { describeValue } from '../values/describeValue.ts'
import type { TopicState } from '../topics/topicState.ts'

/** Chooses partitions: the record's own, else the partitioner's (PRT-01, PRT-02). */
export class Placement {
  private readonly partitionerName: string
  private readonly logger: Logger

  constructor(partitionerName: string, logger: Logger) {
    this.partitionerName = partitionerName
    this.logger = logger
  }

  /** The partition that the partitioner chooses; throws a `PARTITIONER_FAILED` error when it cannot. */
  choose(topic: TopicState, key: Uint8Array | null): number {
    let partition: number
    try {
      partition = topic.partitioner.partition(key, topic)
    } catch (error) {
      throw this.failed(topic, `threw: ${error instanceof Error ? error.message : String(error)}`, error)
    }
    if (!Number.isInteger(partition) || partition < 0 || partition >= topic.partitionCount) {
      throw this.failed(topic, `answered ${String(partition)}, expected 0 to ${topic.partitionCount - 1}`)
    }
    return partition
  }

  /** A record without a key, of so many bytes, was appended where the partitioner wanted it; `full`: no other fits. */
  onAppend(topic: TopicState, partition: number, bytes: number, full: boolean): void {
    try {
      topic.partitioner.onAppend?.(partition, bytes, full, topic)
    } catch (error) {
      this.logger.error(`partitioner ${this.partitionerName} threw in onAppend`, { error })
    }
  }

  private failed(topic: TopicState, what: string, cause?: unknown): KafkaError {
    const message = `partitioner ${this.partitionerName} ${what} for topic ${topic.topic}`
    return new RecordError('PARTITIONER_FAILED', message, { topic: topic.topic, cause })
  }
}

/** Checks a record's own partition; `undefined` when it names none. */
export function checkPartition(given: unknown, topic: string): number | undefined {
  if (given === undefined || given === null) return undefined
  if (typeof given === 'number' && Number.isInteger(given) && given >= 0 && given <= 0x7fffffff) return given
  const message = `partition for topic ${topic}: expected a whole number from 0 to 2147483647, received ${describeValue(given)}`
  throw new RecordError('INVALID_ARGUMENT', message, { topic })
}

/** Checks a record's timestamp; `undefined` when it has none. */
export function checkTimestamp(given: unknown, topic: string): number | undefined {
  if (given === undefined || given === null) return undefined
  // A Date says its time when it is made a number; strings and lists would too, so only these three are let through.
  const ms = typeof given === 'number' || typeof given === 'bigint' || isDate(given) ? Number(given) : Number.NaN
  if (Number.isSafeInteger(ms) && ms >= 0) return ms
  const message = `timestamp for topic ${topic}: expected ms since 1970, 0 or more, received ${describeValue(given)}`
  throw new RecordError('INVALID_TIMESTAMP', message, { topic })
}

/** Of whatever realm it is. */
function isDate(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Date]'
}
