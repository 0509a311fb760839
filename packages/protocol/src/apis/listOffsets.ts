import type { Reader } from '../primitives/reader.ts'
import type { Writer } from '../primitives/writer.ts'
import { defineApi, type ServerApi } from '../serverApi.ts'

/** Asks for the offsets of points in time. */
export interface ListOffsetsRequest {
  /** Broker id of a follower; -1 for a client. */
  readonly replicaId: number
  /** 0 read uncommitted, 1 read committed. Version 2 up. */
  readonly isolationLevel: number
  /** The topics. */
  readonly topics: readonly ListOffsetsRequestTopic[]
  /** Time that the broker may wait for remote storage, in ms. Version 10 up (KIP-1075). */
  readonly timeoutMs: number
}

/** A topic of a {@link ListOffsetsRequest}. */
export interface ListOffsetsRequestTopic {
  /** Name. */
  readonly name: string
  /** The partitions. */
  readonly partitions: readonly ListOffsetsRequestPartition[]
}

/** A partition of a {@link ListOffsetsRequest}. */
export interface ListOffsetsRequestPartition {
  /** Partition number. */
  readonly partitionIndex: number
  /** Leader epoch that the client knows, -1 for none (KIP-320). Version 4 up. */
  readonly currentLeaderEpoch: number
  /** Milliseconds since 1970, or {@link LATEST_TIMESTAMP}, {@link EARLIEST_TIMESTAMP}, or a newer negative one. */
  readonly timestamp: number
}

/** Stands for the end of a partition: the offset that the next record will get. */
export const LATEST_TIMESTAMP = -1

/** Stands for the first record that a partition still has. */
export const EARLIEST_TIMESTAMP = -2

/** Stands for the record with the largest timestamp (KIP-734). Version 7 up. */
export const MAX_TIMESTAMP = -3

/** The offsets asked for. */
export interface ListOffsetsResponse {
  /** Time that the client is asked to wait, in ms. Version 2 up. */
  readonly throttleTimeMs: number
  /** The topics of the request. */
  readonly topics: readonly ListOffsetsResponseTopic[]
}

/** A topic of a {@link ListOffsetsResponse}. */
export interface ListOffsetsResponseTopic {
  /** Name. */
  readonly name: string
  /** The partitions of the request. */
  readonly partitions: readonly ListOffsetsResponsePartition[]
}

/** A partition of a {@link ListOffsetsResponse}. */
export interface ListOffsetsResponsePartition {
  /** Partition number. */
  readonly partitionIndex: number
  /** Kafka's error number. */
  readonly errorCode: number
  /** Timestamp of the record found, -1 when the question was for an end of the partition. */
  readonly timestamp: number
  /** The offset, -1 when there is none. */
  readonly offset: bigint
  /** Leader epoch of the record found, -1 when unknown. Version 4 up. */
  readonly leaderEpoch: number
}

/** ListOffsets: the first, last or nearest offset of partitions. */
export const listOffsets: ServerApi<ListOffsetsRequest, ListOffsetsResponse> = defineApi({
  name: 'ListOffsets',
  key: 2,
  minVersion: 1,
  maxVersion: 11,
  flexibleFrom: 6,
  writeRequest,
  readRequest,
  writeResponse,
  readResponse,
})

function writeRequest(writer: Writer, body: ListOffsetsRequest, version: number): void {
  writer.int32(body.replicaId)
  if (version >= 2) writer.int8(body.isolationLevel)
  writer.array(body.topics, (topic) => {
    writer.string(topic.name)
    writer.array(topic.partitions, (partition) => {
      writer.int32(partition.partitionIndex)
      if (version >= 4) writer.int32(partition.currentLeaderEpoch)
      writer.int64(partition.timestamp)
      writer.tags()
    })
    writer.tags()
  })
  if (version >= 10) writer.int32(body.timeoutMs)
  writer.tags()
}

function readRequest(reader: Reader, version: number): ListOffsetsRequest {
  const body = {
    replicaId: reader.int32(),
    isolationLevel: version >= 2 ? reader.int8() : 0,
    topics: reader.array(3, () => {
      const topic = { name: reader.string(), partitions: reader.array(12, () => readQuestion(reader, version)) }
      reader.tags()
      return topic
    }),
    timeoutMs: version >= 10 ? reader.int32() : 0,
  }
  reader.tags()
  return body
}

function readQuestion(reader: Reader, version: number): ListOffsetsRequestPartition {
  const partition = {
    partitionIndex: reader.int32(),
    currentLeaderEpoch: version >= 4 ? reader.int32() : -1,
    timestamp: reader.int64Number(),
  }
  reader.tags()
  return partition
}

function writeResponse(writer: Writer, body: ListOffsetsResponse, version: number): void {
  if (version >= 2) writer.int32(body.throttleTimeMs)
  writer.array(body.topics, (topic) => {
    writer.string(topic.name)
    writer.array(topic.partitions, (partition) => {
      writer.int32(partition.partitionIndex)
      writer.int16(partition.errorCode)
      writer.int64(partition.timestamp)
      writer.int64(partition.offset)
      if (version >= 4) writer.int32(partition.leaderEpoch)
      writer.tags()
    })
    writer.tags()
  })
  writer.tags()
}

function readResponse(reader: Reader, version: number): ListOffsetsResponse {
  const body = {
    throttleTimeMs: version >= 2 ? reader.int32() : 0,
    topics: reader.array(3, () => {
      const topic = { name: reader.string(), partitions: reader.array(22, () => readAnswer(reader, version)) }
      reader.tags()
      return topic
    }),
  }
  reader.tags()
  return body
}

function readAnswer(reader: Reader, version: number): ListOffsetsResponsePartition {
  const partition = {
    partitionIndex: reader.int32(),
    errorCode: reader.int16(),
    timestamp: reader.int64Number(),
    offset: reader.int64(),
    leaderEpoch: version >= 4 ? reader.int32() : -1,
  }
  reader.tags()
  return partition
}
