import type { Reader } from '../primitives/reader.ts'
import { ZERO_UUID } from '../primitives/uuid.ts'
import type { Writer } from '../primitives/writer.ts'

/** What became of the batches of a produce request. */
export interface ProduceResponse {
  /** The topics of the request. */
  readonly topics: readonly ProduceResponseTopic[]
  /** Time that the client is asked to wait, in ms. */
  readonly throttleTimeMs: number
  /** Where the leaders named in this answer are (KIP-951). Version 10 up; else empty. */
  readonly nodeEndpoints: readonly NodeEndpoint[]
}

/** A topic of a {@link ProduceResponse}. */
export interface ProduceResponseTopic {
  /** Name; empty from version 13 on. */
  readonly name: string
  /** Id; `ZERO_UUID` below version 13 (KIP-516). */
  readonly topicId: string
  /** The partitions of the request. */
  readonly partitions: readonly ProduceResponsePartition[]
}

/** What became of one batch. */
export interface ProduceResponsePartition {
  /** Partition number. */
  readonly index: number
  /** Kafka's error number. */
  readonly errorCode: number
  /** Offset of the batch's first record; -1 with an error. */
  readonly baseOffset: bigint
  /** The broker's time in ms when the topic uses log append time, else -1. */
  readonly logAppendTimeMs: number
  /** First offset that the partition still has, -1 when unknown. Version 5 up. */
  readonly logStartOffset: bigint
  /** The records that made the broker refuse the batch (KIP-467). Version 8 up; else empty. */
  readonly recordErrors: readonly RecordRefusal[]
  /** The broker's own words. Version 8 up. */
  readonly errorMessage: string | null
  /** The leader that the broker knows, when it is not the one that was asked (KIP-951). Version 10 up. */
  readonly currentLeader: LeaderIdAndEpoch | null
}

/** A record that a broker refused. */
export interface RecordRefusal {
  /** Index of the record in its batch. */
  readonly batchIndex: number
  /** Why, if the broker says so. */
  readonly message: string | null
}

/** A leader as another broker knows it. */
export interface LeaderIdAndEpoch {
  /** Broker id, -1 when unknown. */
  readonly leaderId: number
  /** Epoch of that leader, -1 when unknown. */
  readonly leaderEpoch: number
}

/** A broker and where to reach it. */
export interface NodeEndpoint {
  /** Broker id. */
  readonly nodeId: number
  /** Host name or address. */
  readonly host: string
  /** Port. */
  readonly port: number
  /** Rack, if the broker has one. */
  readonly rack: string | null
}

/** Writes the body of a response to Produce. */
export function writeProduceResponse(writer: Writer, body: ProduceResponse, version: number): void {
  writer.array(body.topics, (topic) => {
    if (version >= 13) writer.uuid(topic.topicId)
    else writer.string(topic.name)
    writer.array(topic.partitions, (partition) => writePartition(writer, partition, version))
    writer.tags()
  })
  writer.int32(body.throttleTimeMs)
  const endpoints = body.nodeEndpoints
  writer.tags([
    {
      tag: 0,
      absent: version < 10 || endpoints.length === 0,
      write: () => writer.array(endpoints, (endpoint) => writeEndpoint(writer, endpoint)),
    },
  ])
}

function writePartition(writer: Writer, partition: ProduceResponsePartition, version: number): void {
  writer.int32(partition.index)
  writer.int16(partition.errorCode)
  writer.int64(partition.baseOffset)
  writer.int64(partition.logAppendTimeMs)
  if (version >= 5) writer.int64(partition.logStartOffset)
  if (version >= 8) {
    writer.array(partition.recordErrors, (error) => {
      writer.int32(error.batchIndex)
      writer.nullableString(error.message)
      writer.tags()
    })
    writer.nullableString(partition.errorMessage)
  }
  const leader = partition.currentLeader
  writer.tags([{ tag: 0, absent: version < 10 || leader === null, write: () => writeLeader(writer, leader) }])
}

/** Writes a leader inside a tagged field. */
export function writeLeader(writer: Writer, leader: LeaderIdAndEpoch | null): void {
  writer.int32(leader?.leaderId ?? -1)
  writer.int32(leader?.leaderEpoch ?? -1)
  writer.tags()
}

/** Writes a broker of `nodeEndpoints`. */
export function writeEndpoint(writer: Writer, endpoint: NodeEndpoint): void {
  writer.int32(endpoint.nodeId)
  writer.string(endpoint.host)
  writer.int32(endpoint.port)
  writer.nullableString(endpoint.rack)
  writer.tags()
}

/** Reads the body of a response to Produce. */
export function readProduceResponse(reader: Reader, version: number): ProduceResponse {
  const topics = reader.array(3, () => readTopic(reader, version))
  const throttleTimeMs = reader.int32()
  let nodeEndpoints: NodeEndpoint[] = []
  reader.tags((tag) => {
    if (tag !== 0 || version < 10) return false
    nodeEndpoints = reader.array(11, () => readEndpoint(reader))
    return true
  })
  return { topics, throttleTimeMs, nodeEndpoints }
}

function readTopic(reader: Reader, version: number): ProduceResponseTopic {
  const topic = {
    name: version >= 13 ? '' : reader.string(),
    topicId: version >= 13 ? reader.uuid() : ZERO_UUID,
    partitions: reader.array(22, () => readPartition(reader, version)),
  }
  reader.tags()
  return topic
}

function readPartition(reader: Reader, version: number): ProduceResponsePartition {
  const partition = {
    index: reader.int32(),
    errorCode: reader.int16(),
    baseOffset: reader.int64(),
    logAppendTimeMs: reader.int64Number(),
    logStartOffset: version >= 5 ? reader.int64() : -1n,
    recordErrors: version >= 8 ? reader.array(5, () => readRefusal(reader)) : [],
    errorMessage: version >= 8 ? reader.nullableString() : null,
    currentLeader: null as LeaderIdAndEpoch | null,
  }
  reader.tags((tag) => {
    if (tag !== 0 || version < 10) return false
    partition.currentLeader = readLeader(reader)
    return true
  })
  return partition
}

/** Reads a leader inside a tagged field. */
export function readLeader(reader: Reader): LeaderIdAndEpoch {
  const leader = { leaderId: reader.int32(), leaderEpoch: reader.int32() }
  reader.tags()
  return leader
}

function readRefusal(reader: Reader): RecordRefusal {
  const refusal = { batchIndex: reader.int32(), message: reader.nullableString() }
  reader.tags()
  return refusal
}

/** Reads a broker of `nodeEndpoints`; it has at least 11 bytes. */
export function readEndpoint(reader: Reader): NodeEndpoint {
  const endpoint = {
    nodeId: reader.int32(),
    host: reader.string(),
    port: reader.int32(),
    rack: reader.nullableString(),
  }
  reader.tags()
  return endpoint
}
