import { defineApi, type ServerApi } from '../serverApi.ts'

/** Asks the coordinator to commit or abort the transaction (KIP-98). */
export interface EndTxnRequest {
  /** Transactional id. */
  readonly transactionalId: string
  /** Producer id of the transactional id. */
  readonly producerId: bigint
  /** Its epoch, 0 to 32767. A retry carries the epoch of the first attempt. */
  readonly producerEpoch: number
  /** True to commit, false to abort. */
  readonly committed: boolean
}

/** Whether the end of the transaction is decided. */
export interface EndTxnResponse {
  /** Time that the client is asked to wait, in ms. */
  readonly throttleTimeMs: number
  /** Kafka's error number. */
  readonly errorCode: number
  /** The producer id to go on with, -1 with an error. Version 5 up; -1 below. */
  readonly producerId: bigint
  /** The epoch to go on with, -1 with an error. Version 5 up; -1 below. */
  readonly producerEpoch: number
}

/** EndTxn. From version 5 on every end of a transaction raises the epoch (KIP-890). */
export const endTxn: ServerApi<EndTxnRequest, EndTxnResponse> = defineApi({
  name: 'EndTxn',
  key: 26,
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 3,
  writeRequest(writer, body) {
    writer.string(body.transactionalId)
    writer.int64(body.producerId)
    writer.int16(body.producerEpoch)
    writer.boolean(body.committed)
    writer.tags()
  },
  readRequest(reader) {
    const body = {
      transactionalId: reader.string(),
      producerId: reader.int64(),
      producerEpoch: reader.int16(),
      committed: reader.boolean(),
    }
    reader.tags()
    return body
  },
  writeResponse(writer, body, version) {
    writer.int32(body.throttleTimeMs)
    writer.int16(body.errorCode)
    if (version >= 5) {
      writer.int64(body.producerId)
      writer.int16(body.producerEpoch)
    }
    writer.tags()
  },
  readResponse(reader, version) {
    const body = {
      throttleTimeMs: reader.int32(),
      errorCode: reader.int16(),
      producerId: version >= 5 ? reader.int64() : -1n,
      producerEpoch: version >= 5 ? reader.int16() : -1,
    }
    reader.tags()
    return body
  },
})
