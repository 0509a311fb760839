import { UnsupportedVersionError } from '@posthorn/contracts'

import type { Reader } from '../primitives/reader.ts'
import type { Writer } from '../primitives/writer.ts'
import { defineApi, type ServerApi } from '../serverApi.ts'

/** Commits offsets of a consumer group when the transaction commits (KIP-98, KIP-447). */
export interface TxnOffsetCommitRequest {
  /** Transactional id. */
  readonly transactionalId: string
  /** Id of the consumer group. */
  readonly groupId: string
  /** Producer id of the transactional id. */
  readonly producerId: bigint
  /** Its epoch, 0 to 32767. */
  readonly producerEpoch: number
  /** Generation or member epoch of the consumer, -1 for none. Version 3 up; only -1 below. */
  readonly generationId: number
  /** Member id of the consumer, empty for none. Version 3 up; only empty below. */
  readonly memberId: string
  /** `group.instance.id` of the consumer, null for none. Version 3 up; only null below. */
  readonly groupInstanceId: string | null
  /** The topics. */
  readonly topics: readonly TxnOffsetCommitRequestTopic[]
}

/** A topic of a {@link TxnOffsetCommitRequest}. */
export interface TxnOffsetCommitRequestTopic {
  /** Name. */
  readonly name: string
  /** The partitions. */
  readonly partitions: readonly TxnOffsetCommitRequestPartition[]
}

/** A partition of a {@link TxnOffsetCommitRequest}. */
export interface TxnOffsetCommitRequestPartition {
  /** Partition number. */
  readonly partitionIndex: number
  /** Offset of the next record to consume. */
  readonly committedOffset: bigint
  /** Leader epoch of the last record consumed, -1 for none. Version 2 up; not sent below. */
  readonly committedLeaderEpoch: number
  /** Whatever the client wants to keep with the offset. */
  readonly committedMetadata: string | null
}

/** What became of each offset. */
export interface TxnOffsetCommitResponse {
  /** Time that the client is asked to wait, in ms. */
  readonly throttleTimeMs: number
  /** The topics of the request. */
  readonly topics: readonly TxnOffsetCommitResponseTopic[]
}

/** A topic of a {@link TxnOffsetCommitResponse}. */
export interface TxnOffsetCommitResponseTopic {
  /** Name. */
  readonly name: string
  /** The partitions of the request. */
  readonly partitions: readonly TxnOffsetCommitResponsePartition[]
}

/** A partition of a {@link TxnOffsetCommitResponse}. */
export interface TxnOffsetCommitResponsePartition {
  /** Partition number. */
  readonly partitionIndex: number
  /** Kafka's error number. */
  readonly errorCode: number
}

/**
 * TxnOffsetCommit. From version 5 on it also adds the group to the transaction (KIP-890). Version 6 (topic ids) is not
 * spoken. A consumer's identity is never dropped for an old version: `UNSUPPORTED_VERSION` instead.
 */
export const txnOffsetCommit: ServerApi<TxnOffsetCommitRequest, TxnOffsetCommitResponse> = defineApi({
  name: 'TxnOffsetCommit',
  key: 28,
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 3,
  writeRequest,
  readRequest,
  writeResponse,
  readResponse,
})

function writeRequest(writer: Writer, body: TxnOffsetCommitRequest, version: number): void {
  writer.string(body.transactionalId)
  writer.string(body.groupId)
  writer.int64(body.producerId)
  writer.int16(body.producerEpoch)
  if (version >= 3) {
    writer.int32(body.generationId)
    writer.string(body.memberId)
    writer.nullableString(body.groupInstanceId)
  } else if (body.generationId !== -1 || body.memberId !== '' || body.groupInstanceId !== null) {
    throw new UnsupportedVersionError(`A member of a group needs TxnOffsetCommit v3, not v${version}`)
  }
  writer.array(body.topics, (topic) => {
    writer.string(topic.name)
    writer.array(topic.partitions, (partition) => {
      writer.int32(partition.partitionIndex)
      writer.int64(partition.committedOffset)
      if (version >= 2) writer.int32(partition.committedLeaderEpoch)
      writer.nullableString(partition.committedMetadata)
      writer.tags()
    })
    writer.tags()
  })
  writer.tags()
}

function readRequest(reader: Reader, version: number): TxnOffsetCommitRequest {
  const body = {
    transactionalId: reader.string(),
    groupId: reader.string(),
    producerId: reader.int64(),
    producerEpoch: reader.int16(),
    generationId: version >= 3 ? reader.int32() : -1,
    memberId: version >= 3 ? reader.string() : '',
    groupInstanceId: version >= 3 ? reader.nullableString() : null,
    topics: reader.array(3, () => {
      const topic = { name: reader.string(), partitions: reader.array(14, () => readOffset(reader, version)) }
      reader.tags()
      return topic
    }),
  }
  reader.tags()
  return body
}

function readOffset(reader: Reader, version: number): TxnOffsetCommitRequestPartition {
  const partition = {
    partitionIndex: reader.int32(),
    committedOffset: reader.int64(),
    committedLeaderEpoch: version >= 2 ? reader.int32() : -1,
    committedMetadata: reader.nullableString(),
  }
  reader.tags()
  return partition
}

function writeResponse(writer: Writer, body: TxnOffsetCommitResponse): void {
  writer.int32(body.throttleTimeMs)
  writer.array(body.topics, (topic) => {
    writer.string(topic.name)
    writer.array(topic.partitions, (partition) => {
      writer.int32(partition.partitionIndex)
      writer.int16(partition.errorCode)
      writer.tags()
    })
    writer.tags()
  })
  writer.tags()
}

function readResponse(reader: Reader): TxnOffsetCommitResponse {
  const throttleTimeMs = reader.int32()
  const topics = reader.array(3, () => {
    const name = reader.string()
    const partitions = reader.array(6, () => {
      const partition = { partitionIndex: reader.int32(), errorCode: reader.int16() }
      reader.tags()
      return partition
    })
    reader.tags()
    return { name, partitions }
  })
  reader.tags()
  return { throttleTimeMs, topics }
}
