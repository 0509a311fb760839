import type { Reader } from '../primitives/reader.ts'
import { ZERO_UUID } from '../primitives/uuid.ts'
import type { Writer } from '../primitives/writer.ts'
import {
  readEndpoint,
  readLeader,
  writeEndpoint,
  writeLeader,
  type LeaderIdAndEpoch,
  type NodeEndpoint,
} from './produceResponse.ts'

/** Record batches of partitions. */
export interface FetchResponse {
  /** Time that the client is asked to wait, in ms. */
  readonly throttleTimeMs: number
  /** Kafka's error number for the whole answer. Version 7 up. */
  readonly errorCode: number
  /** Fetch session, 0 for none (KIP-227). Version 7 up. */
  readonly sessionId: number
  /** The topics; in a session only those that have something new. */
  readonly topics: readonly FetchResponseTopic[]
  /** Where the leaders named in this answer are (KIP-951). Version 16 up; else empty. */
  readonly nodeEndpoints: readonly NodeEndpoint[]
}

/** A topic of a {@link FetchResponse}. */
export interface FetchResponseTopic {
  /** Name; empty from version 13 on. */
  readonly name: string
  /** Id; `ZERO_UUID` below version 13 (KIP-516). */
  readonly topicId: string
  /** The partitions. */
  readonly partitions: readonly FetchResponsePartition[]
}

/** What was fetched from one partition. */
export interface FetchResponsePartition {
  /** Partition number. */
  readonly index: number
  /** Kafka's error number. */
  readonly errorCode: number
  /** Offset after the last record that all in-sync replicas have; -1 with an error. */
  readonly highWatermark: bigint
  /** Offset before which every transaction has ended; -1 when unknown. */
  readonly lastStableOffset: bigint
  /** First offset that the partition still has, -1 when unknown. Version 5 up. */
  readonly logStartOffset: bigint
  /** Where aborted transactions begin; null unless read committed. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null
  /** Broker id of a replica to read from instead, -1 for none (KIP-392). Version 11 up. */
  readonly preferredReadReplica: number
  /** Record batches, the last perhaps cut off. After decoding a view of the response's memory. */
  readonly records: Uint8Array | null
  /** The leader that the broker knows, with an error that says it is another (KIP-951). Version 12 up. */
  readonly currentLeader: LeaderIdAndEpoch | null
}

/** A transaction that was aborted. */
export interface AbortedTransaction {
  /** Producer id. */
  readonly producerId: bigint
  /** Offset of its first record. */
  readonly firstOffset: bigint
}

/** Writes the body of a response to Fetch. */
export function writeFetchResponse(writer: Writer, body: FetchResponse, version: number): void {
  writer.int32(body.throttleTimeMs)
  if (version >= 7) {
    writer.int16(body.errorCode)
    writer.int32(body.sessionId)
  }
  writer.array(body.topics, (topic) => {
    if (version >= 13) writer.uuid(topic.topicId)
    else writer.string(topic.name)
    writer.array(topic.partitions, (partition) => writePartition(writer, partition, version))
    writer.tags()
  })
  const endpoints = body.nodeEndpoints
  writer.tags([
    {
      tag: 0,
      absent: version < 16 || endpoints.length === 0,
      write: () => writer.array(endpoints, (endpoint) => writeEndpoint(writer, endpoint)),
    },
  ])
}

function writePartition(writer: Writer, partition: FetchResponsePartition, version: number): void {
  writer.int32(partition.index)
  writer.int16(partition.errorCode)
  writer.int64(partition.highWatermark)
  writer.int64(partition.lastStableOffset)
  if (version >= 5) writer.int64(partition.logStartOffset)
  writer.nullableArray(partition.abortedTransactions, (aborted) => {
    writer.int64(aborted.producerId)
    writer.int64(aborted.firstOffset)
    writer.tags()
  })
  if (version >= 11) writer.int32(partition.preferredReadReplica)
  writer.nullableBytes(partition.records)
  const leader = partition.currentLeader
  writer.tags([{ tag: 1, absent: leader === null, write: () => writeLeader(writer, leader) }])
}

/** Reads the body of a response to Fetch. */
export function readFetchResponse(reader: Reader, version: number): FetchResponse {
  const body = {
    throttleTimeMs: reader.int32(),
    errorCode: version >= 7 ? reader.int16() : 0,
    sessionId: version >= 7 ? reader.int32() : 0,
    topics: reader.array(3, () => readTopic(reader, version)),
    nodeEndpoints: [] as NodeEndpoint[],
  }
  reader.tags((tag) => {
    if (tag !== 0 || version < 16) return false
    body.nodeEndpoints = reader.array(11, () => readEndpoint(reader))
    return true
  })
  return body
}

function readTopic(reader: Reader, version: number): FetchResponseTopic {
  const topic = {
    name: version >= 13 ? '' : reader.string(),
    topicId: version >= 13 ? reader.uuid() : ZERO_UUID,
    partitions: reader.array(24, () => readPartition(reader, version)),
  }
  reader.tags()
  return topic
}

function readPartition(reader: Reader, version: number): FetchResponsePartition {
  const partition = {
    index: reader.int32(),
    errorCode: reader.int16(),
    highWatermark: reader.int64(),
    lastStableOffset: reader.int64(),
    logStartOffset: version >= 5 ? reader.int64() : -1n,
    abortedTransactions: reader.nullableArray(16, () => readAborted(reader)),
    preferredReadReplica: version >= 11 ? reader.int32() : -1,
    records: reader.nullableBytes(),
    currentLeader: null as LeaderIdAndEpoch | null,
  }
  reader.tags((tag) => {
    if (tag !== 1) return false
    partition.currentLeader = readLeader(reader)
    return true
  })
  return partition
}

function readAborted(reader: Reader): AbortedTransaction {
  const aborted = { producerId: reader.int64(), firstOffset: reader.int64() }
  reader.tags()
  return aborted
}
