import { defineApi, type ServerApi } from '../serverApi.ts'

/** Tells the coordinator that a transaction is about to commit offsets of a consumer group (KIP-98). */
export interface AddOffsetsToTxnRequest {
  /** Transactional id. */
  readonly transactionalId: string
  /** Producer id of the transactional id. */
  readonly producerId: bigint
  /** Its epoch, 0 to 32767. */
  readonly producerEpoch: number
  /** Id of the consumer group. */
  readonly groupId: string
}

/** Whether the group is part of the transaction. */
export interface AddOffsetsToTxnResponse {
  /** Time that the client is asked to wait, in ms. */
  readonly throttleTimeMs: number
  /** Kafka's error number. */
  readonly errorCode: number
}

/** AddOffsetsToTxn. With TxnOffsetCommit version 5 it is not needed (KIP-890). */
export const addOffsetsToTxn: ServerApi<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse> = defineApi({
  name: 'AddOffsetsToTxn',
  key: 25,
  minVersion: 0,
  maxVersion: 4,
  flexibleFrom: 3,
  writeRequest(writer, body) {
    writer.string(body.transactionalId)
    writer.int64(body.producerId)
    writer.int16(body.producerEpoch)
    writer.string(body.groupId)
    writer.tags()
  },
  readRequest(reader) {
    const body = {
      transactionalId: reader.string(),
      producerId: reader.int64(),
      producerEpoch: reader.int16(),
      groupId: reader.string(),
    }
    reader.tags()
    return body
  },
  writeResponse(writer, body) {
    writer.int32(body.throttleTimeMs)
    writer.int16(body.errorCode)
    writer.tags()
  },
  readResponse(reader) {
    const body = { throttleTimeMs: reader.int32(), errorCode: reader.int16() }
    reader.tags()
    return body
  },
})
