import { FRAME_LENGTH_BYTES, requestHeaderBound, writeRequestHeader } from '../frame.ts'
import { UUID_BYTES } from '../primitives/uuid.ts'
import { Writer } from '../primitives/writer.ts'
import { checkVersion } from '../serverApi.ts'
import { produce } from './produce.ts'
import type { ProduceResponse } from './produceResponse.ts'

/** A produce request whose record batches lie in memory that is not copied. */
export interface ProduceFrame {
  /** Transactional id; null outside transactions. */
  readonly transactionalId: string | null
  /** -1 for all in-sync replicas, 1 for the leader, 0 for no answer at all. */
  readonly acks: number
  /** Time that the broker may wait for replicas, in ms. */
  readonly timeoutMs: number
  /** Topics written to. */
  readonly topics: readonly ProduceFrameTopic[]
}

/** A topic of a {@link ProduceFrame}. */
export interface ProduceFrameTopic {
  /** Name, sent below version 13. */
  readonly name: string
  /** Id, sent from version 13 on; `ZERO_UUID` when unknown (KIP-516). */
  readonly topicId: string
  /** Partitions written to. */
  readonly partitions: readonly ProduceFramePartition[]
}

/** A partition of a {@link ProduceFrame}. */
export interface ProduceFramePartition {
  /** Partition number. */
  readonly index: number
  /** The record batch in pieces, for example header and body. */
  readonly chunks: readonly Uint8Array[]
  /** Bytes of all pieces together. */
  readonly size: number
}

/** The most bytes of an unsigned varint. */
const varintBound = 5

/**
 * A whole request to Produce as chunks for one gathered write. What stands between the batches is in memory of its own,
 * allocated once; the chunks of the batches are handed on as they are, so their owner keeps them unchanged until the
 * write has released them. Throws `UNSUPPORTED_VERSION` for a version that is not spoken.
 */
export function encodeProduceFrame(
  version: number,
  correlationId: number,
  clientId: string | null,
  request: ProduceFrame,
): Uint8Array[] {
  checkVersion(produce, version)
  const writer = new Writer(version >= produce.flexibleFrom, requestHeaderBound(clientId) + bodyBound(request))
  const cuts: number[] = []
  writer.int32(0)
  writeRequestHeader(writer, produce, version, correlationId, clientId)
  const batchBytes = writeBody(writer, request, version, cuts)
  writer.int32At(0, writer.length - FRAME_LENGTH_BYTES + batchBytes)
  return interleave(writer.finish(), cuts, request)
}

/** Reads the body of the answer to {@link encodeProduceFrame}. Throws `MALFORMED_RESPONSE`; keeps none of `body`. */
export function decodeProduceResponse(body: Uint8Array, version: number): ProduceResponse {
  return produce.decodeResponse(body, version)
}

/** Writes all but the batches, notes in `cuts` where they belong, and returns their size. */
function writeBody(writer: Writer, request: ProduceFrame, version: number, cuts: number[]): number {
  let batchBytes = 0
  writer.nullableString(request.transactionalId)
  writer.int16(request.acks)
  writer.int32(request.timeoutMs)
  writer.count(request.topics.length)
  for (const topic of request.topics) {
    if (version >= 13) writer.uuid(topic.topicId)
    else writer.string(topic.name)
    writer.count(topic.partitions.length)
    for (const partition of topic.partitions) {
      writer.int32(partition.index)
      writer.count(partition.size)
      cuts.push(writer.length)
      batchBytes += partition.size
      writer.tags()
    }
    writer.tags()
  }
  writer.tags()
  return batchBytes
}

function bodyBound(request: ProduceFrame): number {
  let bytes = 3 * varintBound + 3 * (request.transactionalId?.length ?? 0) + 6
  for (const topic of request.topics) {
    bytes += 3 * topic.name.length + UUID_BYTES + 3 * varintBound + topic.partitions.length * (4 + varintBound + 1)
  }
  return bytes
}

function interleave(glue: Uint8Array, cuts: readonly number[], request: ProduceFrame): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let from = 0
  let batch = 0
  for (const topic of request.topics) {
    for (const partition of topic.partitions) {
      const to = cuts[batch++] ?? from
      chunks.push(glue.subarray(from, to))
      for (const chunk of partition.chunks) chunks.push(chunk)
      from = to
    }
  }
  if (from < glue.length) chunks.push(glue.subarray(from))
  return chunks
}
