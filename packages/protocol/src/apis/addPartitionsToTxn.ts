import { defineApi, type ServerApi } from '../serverApi.ts'

/** Tells the coordinator which partitions a transaction is about to write to (KIP-98). */
export interface AddPartitionsToTxnRequest {
  /** Transactional id. */
  readonly transactionalId: string
  /** Producer id of the transactional id. */
  readonly producerId: bigint
  /** Its epoch, 0 to 32767. */
  readonly producerEpoch: number
  /** The partitions, by topic. */
  readonly topics: readonly AddPartitionsToTxnRequestTopic[]
}

/** A topic of an {@link AddPartitionsToTxnRequest}. */
export interface AddPartitionsToTxnRequestTopic {
  /** Name. */
  readonly name: string
  /** Partition numbers. */
  readonly partitions: readonly number[]
}

/** What became of each partition. */
export interface AddPartitionsToTxnResponse {
  /** Time that the client is asked to wait, in ms. */
  readonly throttleTimeMs: number
  /** The topics of the request. */
  readonly topics: readonly AddPartitionsToTxnResponseTopic[]
}

/** A topic of an {@link AddPartitionsToTxnResponse}. */
export interface AddPartitionsToTxnResponseTopic {
  /** Name. */
  readonly name: string
  /** The partitions of the request. */
  readonly partitions: readonly AddPartitionsToTxnResponsePartition[]
}

/** A partition of an {@link AddPartitionsToTxnResponse}. */
export interface AddPartitionsToTxnResponsePartition {
  /** Partition number. */
  readonly partitionIndex: number
  /** Kafka's error number; OPERATION_NOT_ATTEMPTED (55) where only other partitions were at fault. */
  readonly errorCode: number
}

/** AddPartitionsToTxn as clients speak it. Versions 4 and 5 are for brokers among themselves (KIP-890). */
export const addPartitionsToTxn: ServerApi<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse> = defineApi({
  name: 'AddPartitionsToTxn',
  key: 24,
  minVersion: 0,
  maxVersion: 3,
  flexibleFrom: 3,
  writeRequest(writer, body) {
    writer.string(body.transactionalId)
    writer.int64(body.producerId)
    writer.int16(body.producerEpoch)
    writer.array(body.topics, (topic) => {
      writer.string(topic.name)
      writer.int32Array(topic.partitions)
      writer.tags()
    })
    writer.tags()
  },
  readRequest(reader) {
    const body = {
      transactionalId: reader.string(),
      producerId: reader.int64(),
      producerEpoch: reader.int16(),
      topics: reader.array(3, () => {
        const topic = { name: reader.string(), partitions: reader.int32Array() }
        reader.tags()
        return topic
      }),
    }
    reader.tags()
    return body
  },
  writeResponse(writer, body) {
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
  },
  readResponse(reader) {
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
  },
})
