import type { Reader } from '../primitives/reader.ts'
import { ZERO_UUID } from '../primitives/uuid.ts'
import type { Writer } from '../primitives/writer.ts'
import { defineApi, type ServerApi } from '../serverApi.ts'
import { readFetchResponse, writeFetchResponse, type FetchResponse } from './fetchResponse.ts'

/** Asks for record batches. What followers alone send (KIP-903, KIP-858) is skipped. */
export interface FetchRequest {
  /** Id of the cluster that the client means; null for none. Version 12 up. */
  readonly clusterId: string | null
  /** Broker id of a follower; -1 for a client, and from version 15 on. */
  readonly replicaId: number
  /** Time that the broker may wait for `minBytes`, in ms. */
  readonly maxWaitMs: number
  /** Bytes to wait for. */
  readonly minBytes: number
  /** Most bytes of the answer; the first batch comes whole all the same. */
  readonly maxBytes: number
  /** 0 read uncommitted, 1 read committed. */
  readonly isolationLevel: number
  /** Fetch session, 0 for none (KIP-227). Version 7 up. */
  readonly sessionId: number
  /** Epoch of the session, -1 for none, 0 for a new one. Version 7 up. */
  readonly sessionEpoch: number
  /** Topics to fetch from; in a session only what has changed. */
  readonly topics: readonly FetchRequestTopic[]
  /** Topics to remove from the session. Version 7 up. */
  readonly forgottenTopics: readonly ForgottenTopic[]
  /** Rack of the consumer, empty for none (KIP-392). Version 11 up. */
  readonly rackId: string
}

/** A topic of a {@link FetchRequest}. */
export interface FetchRequestTopic {
  /** Name; empty from version 13 on. */
  readonly name: string
  /** Id; `ZERO_UUID` below version 13 (KIP-516). */
  readonly topicId: string
  /** The partitions. */
  readonly partitions: readonly FetchRequestPartition[]
}

/** A partition of a {@link FetchRequest}. */
export interface FetchRequestPartition {
  /** Partition number. */
  readonly index: number
  /** Leader epoch that the client knows, -1 for none (KIP-320). Version 9 up. */
  readonly currentLeaderEpoch: number
  /** First offset wanted. */
  readonly fetchOffset: bigint
  /** Leader epoch of the last record fetched, -1 for none (KIP-595). Version 12 up. */
  readonly lastFetchedEpoch: number
  /** First offset of a follower; -1 for a client. Version 5 up. */
  readonly logStartOffset: bigint
  /** Most bytes of this partition; the first batch comes whole all the same. */
  readonly partitionMaxBytes: number
}

/** Partitions that leave a fetch session. */
export interface ForgottenTopic {
  /** Name; empty from version 13 on. */
  readonly name: string
  /** Id; `ZERO_UUID` below version 13. */
  readonly topicId: string
  /** Partition numbers. */
  readonly partitions: readonly number[]
}

/** Fetch, with record format v2. Posthorn itself uses it to read back what it wrote. */
export const fetch: ServerApi<FetchRequest, FetchResponse> = defineApi({
  name: 'Fetch',
  key: 1,
  minVersion: 4,
  maxVersion: 17,
  flexibleFrom: 12,
  writeRequest,
  readRequest,
  writeResponse: writeFetchResponse,
  readResponse: readFetchResponse,
})

function writeRequest(writer: Writer, body: FetchRequest, version: number): void {
  if (version <= 14) writer.int32(body.replicaId)
  writer.int32(body.maxWaitMs)
  writer.int32(body.minBytes)
  writer.int32(body.maxBytes)
  writer.int8(body.isolationLevel)
  if (version >= 7) {
    writer.int32(body.sessionId)
    writer.int32(body.sessionEpoch)
  }
  writer.array(body.topics, (topic) => {
    writeTopic(writer, topic, version)
    writer.array(topic.partitions, (partition) => writePartition(writer, partition, version))
    writer.tags()
  })
  if (version >= 7) {
    writer.array(body.forgottenTopics, (topic) => {
      writeTopic(writer, topic, version)
      writer.int32Array(topic.partitions)
      writer.tags()
    })
  }
  if (version >= 11) writer.string(body.rackId)
  writer.tags([{ tag: 0, absent: body.clusterId === null, write: () => writer.nullableString(body.clusterId) }])
}

function writeTopic(writer: Writer, topic: { readonly name: string; readonly topicId: string }, version: number): void {
  if (version >= 13) writer.uuid(topic.topicId)
  else writer.string(topic.name)
}

function writePartition(writer: Writer, partition: FetchRequestPartition, version: number): void {
  writer.int32(partition.index)
  if (version >= 9) writer.int32(partition.currentLeaderEpoch)
  writer.int64(partition.fetchOffset)
  if (version >= 12) writer.int32(partition.lastFetchedEpoch)
  if (version >= 5) writer.int64(partition.logStartOffset)
  writer.int32(partition.partitionMaxBytes)
  writer.tags()
}

function readRequest(reader: Reader, version: number): FetchRequest {
  const body = {
    clusterId: null as string | null,
    replicaId: version <= 14 ? reader.int32() : -1,
    maxWaitMs: reader.int32(),
    minBytes: reader.int32(),
    maxBytes: reader.int32(),
    isolationLevel: reader.int8(),
    sessionId: version >= 7 ? reader.int32() : 0,
    sessionEpoch: version >= 7 ? reader.int32() : -1,
    topics: reader.array(3, () => readTopic(reader, version)),
    forgottenTopics: version >= 7 ? reader.array(3, () => readForgotten(reader, version)) : [],
    rackId: version >= 11 ? reader.string() : '',
  }
  reader.tags((tag) => {
    if (tag !== 0) return false
    body.clusterId = reader.nullableString()
    return true
  })
  return body
}

function readTopic(reader: Reader, version: number): FetchRequestTopic {
  const topic = {
    name: version >= 13 ? '' : reader.string(),
    topicId: version >= 13 ? reader.uuid() : ZERO_UUID,
    partitions: reader.array(16, () => readPartition(reader, version)),
  }
  reader.tags()
  return topic
}

function readPartition(reader: Reader, version: number): FetchRequestPartition {
  const partition = {
    index: reader.int32(),
    currentLeaderEpoch: version >= 9 ? reader.int32() : -1,
    fetchOffset: reader.int64(),
    lastFetchedEpoch: version >= 12 ? reader.int32() : -1,
    logStartOffset: version >= 5 ? reader.int64() : -1n,
    partitionMaxBytes: reader.int32(),
  }
  reader.tags()
  return partition
}

function readForgotten(reader: Reader, version: number): ForgottenTopic {
  const topic = {
    name: version >= 13 ? '' : reader.string(),
    topicId: version >= 13 ? reader.uuid() : ZERO_UUID,
    partitions: reader.int32Array(),
  }
  reader.tags()
  return topic
}
