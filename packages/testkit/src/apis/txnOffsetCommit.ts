import {
  ErrorCode,
  errorCode as errorNumber,
  txnOffsetCommit as api,
  type TxnOffsetCommitRequest,
  type TxnOffsetCommitRequestPartition,
  type TxnOffsetCommitResponse,
} from '@posthorn/protocol'
import { mayTransact } from '../security/mayTransact.ts'
import type { ApiHandler, RequestContext } from './apiHandler.ts'

/**
 * TxnOffsetCommit, versions 0 to 5.
 *
 * - From the coordinator of the group. The offsets count once the transaction commits.
 * - From version 5 on the group becomes part of the transaction by it (KIP-890). Below, one that is not gets
 *   INVALID_TXN_STATE, and from version 4 on TRANSACTION_ABORTABLE.
 * - INVALID_PRODUCER_EPOCH for another epoch, COORDINATOR_NOT_AVAILABLE when the transaction's coordinator is not
 *   there, OFFSET_METADATA_TOO_LARGE above 4096 characters. COORDINATOR_LOAD_IN_PROGRESS is COORDINATOR_NOT_AVAILABLE
 *   below version 2 (KAFKA-7296).
 * - Groups have no members here: whoever a consumer says it is, is believed.
 */
export const txnOffsetCommit: ApiHandler<TxnOffsetCommitRequest, TxnOffsetCommitResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  authorize: ({ transactionalId }, context) => mayTransact(transactionalId, context),
  topics: (request) => request.topics.map((topic) => topic.name),
  handle(request, context) {
    const { cluster } = context
    const errorCode = judge(request, context)
    const errorOf = (topic: string, asked: TxnOffsetCommitRequestPartition): number => {
      if (cluster.topic(topic)?.partitions[asked.partitionIndex] === undefined)
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      if ((asked.committedMetadata?.length ?? 0) > maxMetadata) return metadataTooLarge
      return errorCode
    }
    const offsets = request.topics.flatMap(({ name, partitions }) =>
      partitions
        .filter((asked) => errorOf(name, asked) === ErrorCode.NONE)
        .map((asked) => ({
          topic: name,
          partition: asked.partitionIndex,
          offset: asked.committedOffset,
          leaderEpoch: asked.committedLeaderEpoch,
          metadata: asked.committedMetadata,
        })),
    )
    if (offsets.length > 0) cluster.groupOffsets.stage(request.groupId, request.producerId, offsets)
    return each(request, errorOf)
  },
  fail: (request, errorCode) => each(request, () => errorCode),
}

/** `offset.metadata.max.bytes` by default; Kafka counts characters all the same. */
const maxMetadata = 4096
const metadataTooLarge = errorNumber('OFFSET_METADATA_TOO_LARGE')

function judge(request: TxnOffsetCommitRequest, { cluster, broker, version }: RequestContext): number {
  const { groupId: group, transactionalId } = request
  const unable = cluster.coordinators.error('group', group, broker.id)
  if (unable === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS && version < 2) return ErrorCode.COORDINATOR_NOT_AVAILABLE
  if (unable !== ErrorCode.NONE) return unable
  if (cluster.coordinators.availability('transaction', transactionalId) !== ErrorCode.NONE) {
    return ErrorCode.COORDINATOR_NOT_AVAILABLE
  }
  const errorCode =
    version >= 5
      ? cluster.transactions.add(transactionalId, request, { group })
      : cluster.transactions.verify(transactionalId, request, { group })
  if (errorCode === ErrorCode.PRODUCER_FENCED) return ErrorCode.INVALID_PRODUCER_EPOCH
  return errorCode === ErrorCode.TRANSACTION_ABORTABLE && version < 4 ? ErrorCode.INVALID_TXN_STATE : errorCode
}

function each(
  { topics }: TxnOffsetCommitRequest,
  errorOf: (topic: string, asked: TxnOffsetCommitRequestPartition) => number,
): TxnOffsetCommitResponse {
  return {
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((asked) => ({
        partitionIndex: asked.partitionIndex,
        errorCode: errorOf(name, asked),
      })),
    })),
  }
}
