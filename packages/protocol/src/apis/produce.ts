import type { Reader } from '../primitives/reader.ts'
import { ZERO_UUID } from '../primitives/uuid.ts'
import type { Writer } from '../primitives/writer.ts'
import { defineApi, type ServerApi } from '../serverApi.ts'
import { readProduceResponse, writeProduceResponse, type ProduceResponse } from './produceResponse.ts'

/** Record batches for the partitions of one broker. The producer itself uses `encodeProduceFrame`, without copies. */
export interface ProduceRequest {
  /** Transactional id; null outside transactions (KIP-98). */
  readonly transactionalId: string | null
  /** -1 for all in-sync replicas, 1 for the leader, 0 for no answer at all. */
  readonly acks: number
  /** Time that the broker may wait for replicas, in ms. */
  readonly timeoutMs: number
  /** Topics written to. */
  readonly topics: readonly ProduceRequestTopic[]
}

/** A topic of a {@link ProduceRequest}. */
export interface ProduceRequestTopic {
  /** Name; empty from version 13 on. */
  readonly name: string
  /** Id; `ZERO_UUID` below version 13 (KIP-516). */
  readonly topicId: string
  /** Partitions written to. */
  readonly partitions: readonly ProduceRequestPartition[]
}

/** A partition of a {@link ProduceRequest}. */
export interface ProduceRequestPartition {
  /** Partition number. */
  readonly index: number
  /** Exactly one record batch of format v2. After decoding a view of the request's memory. */
  readonly records: Uint8Array | null
}

/**
 * Produce, with record format v2 (KIP-98): versions below 3 belong to a plugin for old brokers. Brokers of 4.x still
 * advertise 0 to 2 but refuse them (KAFKA-18659).
 */
export const produce: ServerApi<ProduceRequest, ProduceResponse> = defineApi({
  name: 'Produce',
  key: 0,
  minVersion: 3,
  maxVersion: 13,
  flexibleFrom: 9,
  writeRequest,
  readRequest,
  writeResponse: writeProduceResponse,
  readResponse: readProduceResponse,
})

function writeRequest(writer: Writer, body: ProduceRequest, version: number): void {
  writer.nullableString(body.transactionalId)
  writer.int16(body.acks)
  writer.int32(body.timeoutMs)
  writer.array(body.topics, (topic) => {
    if (version >= 13) writer.uuid(topic.topicId)
    else writer.string(topic.name)
    writer.array(topic.partitions, (partition) => {
      writer.int32(partition.index)
      writer.nullableBytes(partition.records)
      writer.tags()
    })
    writer.tags()
  })
  writer.tags()
}

function readRequest(reader: Reader, version: number): ProduceRequest {
  const body = {
    transactionalId: reader.nullableString(),
    acks: reader.int16(),
    timeoutMs: reader.int32(),
    topics: reader.array(3, () => readTopic(reader, version)),
  }
  reader.tags()
  return body
}

function readTopic(reader: Reader, version: number): ProduceRequestTopic {
  const topic = {
    name: version >= 13 ? '' : reader.string(),
    topicId: version >= 13 ? reader.uuid() : ZERO_UUID,
    partitions: reader.array(6, () => readPartition(reader)),
  }
  reader.tags()
  return topic
}

function readPartition(reader: Reader): ProduceRequestPartition {
  const partition = { index: reader.int32(), records: reader.nullableBytes() }
  reader.tags()
  return partition
}
