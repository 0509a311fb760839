import { UnsupportedVersionError } from '@posthorn/contracts'

import type { Reader } from '../primitives/reader.ts'
import { ZERO_UUID } from '../primitives/uuid.ts'
import type { Writer } from '../primitives/writer.ts'
import { defineApi, type ServerApi } from '../serverApi.ts'

/** A topic that is asked for, by name or, from version 12 on, by id. */
export interface MetadataRequestTopic {
  /** Topic id, or `ZERO_UUID` to ask by name. Version 10 up. */
  readonly topicId: string
  /** Topic name, or null to ask by id. */
  readonly name: string | null
}

/** Which topics a client wants to know of. */
export interface MetadataRequest {
  /** The topics, or null for all; an empty list asks for brokers alone and needs version 1. */
  readonly topics: readonly MetadataRequestTopic[] | null
  /** Whether the broker may create topics that do not exist. False needs version 4. */
  readonly allowAutoTopicCreation: boolean
  /** Versions 8 to 10. */
  readonly includeClusterAuthorizedOperations: boolean
  /** Version 8 up. */
  readonly includeTopicAuthorizedOperations: boolean
}

/** A broker and where to reach it. */
export interface MetadataBroker {
  /** Broker id. */
  readonly nodeId: number
  /** Host name or address. */
  readonly host: string
  /** Port. */
  readonly port: number
  /** Rack, if the broker has one. Version 1 up. */
  readonly rack: string | null
}

/** A partition of a topic. */
export interface MetadataPartition {
  /** Kafka's error number; for example `LEADER_NOT_AVAILABLE`. */
  readonly errorCode: number
  /** Partition number. */
  readonly partitionIndex: number
  /** Broker id of the leader, -1 when there is none. */
  readonly leaderId: number
  /** Epoch of the leader, -1 when unknown (KIP-320). Version 7 up. */
  readonly leaderEpoch: number
  /** All replicas. */
  readonly replicaNodes: readonly number[]
  /** Replicas that are in sync. */
  readonly isrNodes: readonly number[]
  /** Replicas that are offline (KIP-112). Version 5 up. */
  readonly offlineReplicas: readonly number[]
}

/** A topic as the cluster knows it. */
export interface MetadataTopic {
  /** Kafka's error number; for example `UNKNOWN_TOPIC_OR_PARTITION`. */
  readonly errorCode: number
  /** Topic name; null from version 12 on when it was asked for by an id that nobody knows. */
  readonly name: string | null
  /** Topic id; `ZERO_UUID` below version 10. */
  readonly topicId: string
  /** Whether it is one of Kafka's own. Version 1 up. */
  readonly isInternal: boolean
  /** Its partitions, in any order. */
  readonly partitions: readonly MetadataPartition[]
  /** Bits of allowed operations, {@link NO_AUTHORIZED_OPERATIONS} when not asked for (KIP-430). Version 8 up. */
  readonly topicAuthorizedOperations: number
}

/** The cluster as one broker sees it. */
export interface MetadataResponse {
  /** Time that the client is asked to wait, in ms. Version 3 up. */
  readonly throttleTimeMs: number
  /** Brokers that are alive. */
  readonly brokers: readonly MetadataBroker[]
  /** Cluster id, if the broker tells one. Version 2 up. */
  readonly clusterId: string | null
  /** Broker id of the controller, -1 when unknown. Version 1 up. */
  readonly controllerId: number
  /** The topics asked for. */
  readonly topics: readonly MetadataTopic[]
  /** Versions 8 to 10; like {@link MetadataTopic.topicAuthorizedOperations}. */
  readonly clusterAuthorizedOperations: number
  /** Kafka's error number for the whole answer (KIP-1102). Version 13 up. */
  readonly errorCode: number
}

/** Stands where authorized operations were not asked for. */
export const NO_AUTHORIZED_OPERATIONS = -2147483648

/** Metadata: brokers, topics, partitions and their leaders. */
export const metadata: ServerApi<MetadataRequest, MetadataResponse> = defineApi({
  name: 'Metadata',
  key: 3,
  minVersion: 0,
  maxVersion: 13,
  flexibleFrom: 9,
  writeRequest,
  readRequest,
  writeResponse,
  readResponse,
})

function writeRequest(writer: Writer, body: MetadataRequest, version: number): void {
  if (version < 4 && !body.allowAutoTopicCreation) refuse('allowAutoTopicCreation=false', 4, version)
  if (version === 0) {
    if (body.topics?.length === 0) refuse('a request for brokers alone', 1, version)
    writer.array(body.topics ?? [], (topic) => writeRequestTopic(writer, topic, version))
  } else {
    writer.nullableArray(body.topics, (topic) => writeRequestTopic(writer, topic, version))
  }
  if (version >= 4) writer.boolean(body.allowAutoTopicCreation)
  if (version >= 8 && version <= 10) writer.boolean(body.includeClusterAuthorizedOperations)
  if (version >= 8) writer.boolean(body.includeTopicAuthorizedOperations)
  writer.tags()
}

function writeRequestTopic(writer: Writer, topic: MetadataRequestTopic, version: number): void {
  // Versions 10 and 11 have the field, but brokers look topics up by id only from 12 on (KIP-516).
  if (version < 12 && (topic.name === null || topic.topicId !== ZERO_UUID)) refuse('a topic id', 12, version)
  if (version >= 10) {
    writer.uuid(topic.topicId)
    writer.nullableString(topic.name)
  } else {
    writer.string(topic.name ?? '')
  }
  writer.tags()
}

function refuse(what: string, needed: number, version: number): never {
  throw new UnsupportedVersionError(`Metadata v${version} cannot carry ${what}, which needs v${needed}`)
}

function readRequest(reader: Reader, version: number): MetadataRequest {
  const topics = reader.nullableArray(2, () => {
    const topic = {
      topicId: version >= 10 ? reader.uuid() : ZERO_UUID,
      name: version >= 10 ? reader.nullableString() : reader.string(),
    }
    reader.tags()
    return topic
  })
  const body = {
    topics: version === 0 && topics?.length === 0 ? null : topics,
    allowAutoTopicCreation: version >= 4 ? reader.boolean() : true,
    includeClusterAuthorizedOperations: version >= 8 && version <= 10 ? reader.boolean() : false,
    includeTopicAuthorizedOperations: version >= 8 ? reader.boolean() : false,
  }
  reader.tags()
  return body
}

function writeResponse(writer: Writer, body: MetadataResponse, version: number): void {
  if (version >= 3) writer.int32(body.throttleTimeMs)
  writer.array(body.brokers, (broker) => {
    writer.int32(broker.nodeId)
    writer.string(broker.host)
    writer.int32(broker.port)
    if (version >= 1) writer.nullableString(broker.rack)
    writer.tags()
  })
  if (version >= 2) writer.nullableString(body.clusterId)
  if (version >= 1) writer.int32(body.controllerId)
  writer.array(body.topics, (topic) => {
    writer.int16(topic.errorCode)
    if (version >= 12) writer.nullableString(topic.name)
    else writer.string(topic.name ?? '')
    if (version >= 10) writer.uuid(topic.topicId)
    if (version >= 1) writer.boolean(topic.isInternal)
    writer.array(topic.partitions, (partition) => writePartition(writer, partition, version))
    if (version >= 8) writer.int32(topic.topicAuthorizedOperations)
    writer.tags()
  })
  if (version >= 8 && version <= 10) writer.int32(body.clusterAuthorizedOperations)
  if (version >= 13) writer.int16(body.errorCode)
  writer.tags()
}

function writePartition(writer: Writer, partition: MetadataPartition, version: number): void {
  writer.int16(partition.errorCode)
  writer.int32(partition.partitionIndex)
  writer.int32(partition.leaderId)
  if (version >= 7) writer.int32(partition.leaderEpoch)
  writer.int32Array(partition.replicaNodes)
  writer.int32Array(partition.isrNodes)
  if (version >= 5) writer.int32Array(partition.offlineReplicas)
  writer.tags()
}

function readResponse(reader: Reader, version: number): MetadataResponse {
  const body = {
    throttleTimeMs: version >= 3 ? reader.int32() : 0,
    brokers: reader.array(10, () => readBroker(reader, version)),
    clusterId: version >= 2 ? reader.nullableString() : null,
    controllerId: version >= 1 ? reader.int32() : -1,
    topics: reader.array(5, () => readTopic(reader, version)),
    clusterAuthorizedOperations: version >= 8 && version <= 10 ? reader.int32() : NO_AUTHORIZED_OPERATIONS,
    errorCode: version >= 13 ? reader.int16() : 0,
  }
  reader.tags()
  return body
}

function readBroker(reader: Reader, version: number): MetadataBroker {
  const broker = {
    nodeId: reader.int32(),
    host: reader.string(),
    port: reader.int32(),
    rack: version >= 1 ? reader.nullableString() : null,
  }
  reader.tags()
  return broker
}

function readTopic(reader: Reader, version: number): MetadataTopic {
  const topic = {
    errorCode: reader.int16(),
    name: version >= 12 ? reader.nullableString() : reader.string(),
    topicId: version >= 10 ? reader.uuid() : ZERO_UUID,
    isInternal: version >= 1 ? reader.boolean() : false,
    partitions: reader.array(13, () => readPartition(reader, version)),
    topicAuthorizedOperations: version >= 8 ? reader.int32() : NO_AUTHORIZED_OPERATIONS,
  }
  reader.tags()
  return topic
}

function readPartition(reader: Reader, version: number): MetadataPartition {
  const partition = {
    errorCode: reader.int16(),
    partitionIndex: reader.int32(),
    leaderId: reader.int32(),
    leaderEpoch: version >= 7 ? reader.int32() : -1,
    replicaNodes: reader.int32Array(),
    isrNodes: reader.int32Array(),
    offlineReplicas: version >= 5 ? reader.int32Array() : [],
  }
  reader.tags()
  return partition
}
