import type { Api, OldProduceRequest, OldProduceResponse } from '@posthorn/contracts'
import type { ServerApi } from '@posthorn/protocol'
import { defineApi, produce } from '@posthorn/protocol'

/**
 * Produce, versions 0 to 2: message sets instead of record batches and no transactional id. Version 1 adds the time that
 * a quota cost, version 2 (KIP-32) the broker's timestamp and leave to send format v1.
 */
export const oldProduce: ServerApi<OldProduceRequest, OldProduceResponse> & Api<OldProduceRequest, OldProduceResponse> =
  defineApi({
    name: produce.name,
    key: produce.key,
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: produce.flexibleFrom,
    writeRequest(writer, { acks, timeoutMs, topics }) {
      writer.int16(acks)
      writer.int32(timeoutMs)
      writer.array(topics, ({ name, partitions }) => {
        writer.string(name)
        writer.array(partitions, ({ index, messages }) => {
          writer.int32(index)
          writer.nullableBytes(messages)
        })
      })
    },
    readRequest: (reader) => ({
      acks: reader.int16(),
      timeoutMs: reader.int32(),
      topics: reader.array(6, () => ({
        name: reader.string(),
        partitions: reader.array(8, () => ({ index: reader.int32(), messages: reader.sizedBytes() })),
      })),
    }),
    writeResponse(writer, { topics, throttleTimeMs }, version) {
      writer.array(topics, ({ name, partitions }) => {
        writer.string(name)
        writer.array(partitions, ({ index, errorCode, baseOffset, logAppendTimeMs }) => {
          writer.int32(index)
          writer.int16(errorCode)
          writer.int64(baseOffset)
          if (version >= 2) writer.int64(logAppendTimeMs)
        })
      })
      if (version >= 1) writer.int32(throttleTimeMs)
    },
    readResponse: (reader, version) => ({
      topics: reader.array(6, () => ({
        name: reader.string(),
        partitions: reader.array(14, () => ({
          index: reader.int32(),
          errorCode: reader.int16(),
          baseOffset: reader.int64(),
          logAppendTimeMs: version >= 2 ? reader.int64Number() : -1,
        })),
      })),
      throttleTimeMs: version >= 1 ? reader.int32() : 0,
    }),
  })
