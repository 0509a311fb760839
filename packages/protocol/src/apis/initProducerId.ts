import { defineApi, type ServerApi } from '../serverApi.ts'

/** Asks for a producer id, or for a higher epoch of one (KIP-98, KIP-360). */
export interface InitProducerIdRequest {
  /** Transactional id; null for idempotence alone. */
  readonly transactionalId: string | null
  /** Time after which the broker aborts an idle transaction, in ms; read only with a transactional id. */
  readonly transactionTimeoutMs: number
  /** The id that the producer has, -1 for none. Version 3 up. */
  readonly producerId: bigint
  /** The epoch that the producer has, -1 for none. Version 3 up. */
  readonly producerEpoch: number
}

/** A producer id and its epoch. */
export interface InitProducerIdResponse {
  /** Time that the client is asked to wait, in ms. */
  readonly throttleTimeMs: number
  /** Kafka's error number. */
  readonly errorCode: number
  /** The id, -1 with an error. */
  readonly producerId: bigint
  /** Its epoch, 0 to 32767. */
  readonly producerEpoch: number
}

/** InitProducerId. Version 6 (KIP-939, two-phase commit) is unstable and not spoken. */
export const initProducerId: ServerApi<InitProducerIdRequest, InitProducerIdResponse> = defineApi({
  name: 'InitProducerId',
  key: 22,
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 2,
  writeRequest(writer, body, version) {
    writer.nullableString(body.transactionalId)
    writer.int32(body.transactionTimeoutMs)
    if (version >= 3) {
      writer.int64(body.producerId)
      writer.int16(body.producerEpoch)
    }
    writer.tags()
  },
  readRequest(reader, version) {
    const body = {
      transactionalId: reader.nullableString(),
      transactionTimeoutMs: reader.int32(),
      producerId: version >= 3 ? reader.int64() : -1n,
      producerEpoch: version >= 3 ? reader.int16() : -1,
    }
    reader.tags()
    return body
  },
  writeResponse(writer, body) {
    writer.int32(body.throttleTimeMs)
    writer.int16(body.errorCode)
    writer.int64(body.producerId)
    writer.int16(body.producerEpoch)
    writer.tags()
  },
  readResponse(reader) {
    const body = {
      throttleTimeMs: reader.int32(),
      errorCode: reader.int16(),
      producerId: reader.int64(),
      producerEpoch: reader.int16(),
    }
    reader.tags()
    return body
  },
})
