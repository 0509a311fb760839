import { BatchAttribute, ErrorCode, RecordBatchView } from '@posthorn/protocol'
import { batchRecords } from '../records/batchRecords.ts'
import { canDecompress } from '../records/decompress.ts'
import type { ClusterState } from './clusterState.ts'
import type { Topic } from './topic.ts'

/** Why a broker does not take a batch. */
export interface Refusal {
  readonly errorCode: number
  readonly message: string | null
  /** The records that are to blame, by their index in the batch (KIP-467). */
  readonly records?: readonly { readonly batchIndex: number; readonly message: string }[]
}

const zstd = 4
const noTimestamp = -1

/**
 * The batch that a produce request of `version` may carry, looked at before anyone asks who leads the partition:
 * exactly one in format v2 (PRQ-10), and zstd only from version 7 on (PRQ-11).
 */
export function checkShape(bytes: Uint8Array | null, version: number): RecordBatchView | Refusal {
  if (bytes === null || bytes.length === 0) return invalid('the request has no record batch for this partition')
  let batch: RecordBatchView
  try {
    batch = new RecordBatchView(bytes)
  } catch (error) {
    return invalid(messageOf(error))
  }
  if (batch.sizeInBytes !== bytes.length) {
    return invalid(`${bytes.length} bytes hold more than the first batch of ${batch.sizeInBytes}: one belongs here`)
  }
  if (batch.codec === zstd && version < 7) {
    const message = `Produce requests with version ${version} are not allowed to use ZStandard compression`
    return { errorCode: ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, message }
  }
  return batch
}

/** What a leader checks in a batch before it appends it, in Kafka's order; nothing when all is well. */
export function checkBatch(batch: RecordBatchView, topic: Topic, cluster: ClusterState): Refusal | undefined {
  const { maxMessageBytes } = topic.config
  if (batch.baseOffset !== 0n) return invalid(`the base offset should be 0, not ${batch.baseOffset}`)
  if (batch.sizeInBytes > maxMessageBytes) {
    const message = `The record batch has ${batch.sizeInBytes} bytes; the topic takes ${maxMessageBytes}`
    return { errorCode: ErrorCode.MESSAGE_TOO_LARGE, message }
  }
  if (!batch.isCrcValid()) {
    return { errorCode: ErrorCode.CORRUPT_MESSAGE, message: `The batch's checksum is not ${batch.crc}` }
  }
  const { recordCount, lastOffsetDelta, attributes } = batch
  if (recordCount <= 0 || lastOffsetDelta !== recordCount - 1) {
    return invalid(`${recordCount} records do not fit a last offset delta of ${lastOffsetDelta}`)
  }
  if (attributes & BatchAttribute.control) return invalid('clients are not allowed to write control records')
  if (batch.codec > zstd) return invalid(`there is no codec ${batch.codec}`)
  if (batch.producerId >= 0n && (batch.baseSequence < 0 || batch.producerEpoch < 0)) {
    return invalid(`producer ${batch.producerId} needs an epoch and a sequence`)
  }
  return checkRecords(batch, topic, cluster)
}

function checkRecords(batch: RecordBatchView, topic: Topic, { settings }: ClusterState): Refusal | undefined {
  if (!canDecompress(batch.codec, settings.codecs)) return undefined
  const { cleanupPolicy, messageTimestampType, messageTimestampAfterMaxMs } = topic.config
  const latest = settings.clock.epochMs() + messageTimestampAfterMaxMs
  const broken: { batchIndex: number; message: string }[] = []
  const early: typeof broken = []
  try {
    for (const [batchIndex, record] of batchRecords(batch, settings.codecs).entries()) {
      if (record.offset !== BigInt(batchIndex)) {
        broken.push({ batchIndex, message: `Offset delta ${record.offset} where ${batchIndex} belongs` })
      } else if (cleanupPolicy === 'compact' && record.key === null) {
        broken.push({ batchIndex, message: 'Compacted topic cannot accept message without key' })
      } else if (messageTimestampType === 'CreateTime' && isEarly(record.timestamp, latest)) {
        early.push({
          batchIndex,
          message: `Timestamp ${record.timestamp} is later than ${latest}, the latest accepted`,
        })
      }
    }
  } catch (error) {
    return invalid(`the records cannot be read: ${messageOf(error)}`)
  }
  if (broken.length > 0) return { ...invalid(`${broken.length} records have been rejected`), records: broken }
  if (early.length === 0) return undefined
  const message = 'One or more records have been rejected due to invalid timestamp'
  return { errorCode: ErrorCode.INVALID_TIMESTAMP, message, records: early }
}

function isEarly(timestamp: number, latest: number): boolean {
  return timestamp !== noTimestamp && timestamp > latest
}

function invalid(message: string): Refusal {
  return { errorCode: ErrorCode.INVALID_RECORD, message }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
