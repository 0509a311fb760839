import {
  addPartitionsToTxn as api,
  type AddPartitionsToTxnRequest,
  type AddPartitionsToTxnResponse,
  ErrorCode,
} from '@posthorn/protocol'
import { mayTransact } from '../security/mayTransact.ts'
import type { ApiHandler } from './apiHandler.ts'
import { fencedBefore } from './fencedBefore.ts'

/**
 * AddPartitionsToTxn, versions 0 to 3, those of clients.
 *
 * - The first partition begins the transaction, and its timeout.
 * - A partition that does not exist gets UNKNOWN_TOPIC_OR_PARTITION and the others OPERATION_NOT_ATTEMPTED; any other
 *   error is the same for all.
 * - CONCURRENT_TRANSACTIONS while the transaction before is being ended; PRODUCER_FENCED for another epoch
 *   (INVALID_PRODUCER_EPOCH below version 2); INVALID_PRODUCER_ID_MAPPING for another producer id.
 */
export const addPartitionsToTxn: ApiHandler<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  authorize: ({ transactionalId }, context) => mayTransact(transactionalId, context),
  topics: (request) => request.topics.map((topic) => topic.name),
  handle(request, { cluster, broker, version }) {
    const { transactionalId } = request
    const isMissing = (topic: string, index: number): boolean => cluster.topic(topic)?.partitions[index] === undefined
    const partitions = request.topics.flatMap(({ name, partitions: all }) =>
      all.map((index) => ({ topic: name, index })),
    )
    if (partitions.some(({ topic, index }) => isMissing(topic, index))) {
      return each(request, (topic, index) =>
        isMissing(topic, index) ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.OPERATION_NOT_ATTEMPTED,
      )
    }
    if (transactionalId === '') return each(request, () => ErrorCode.INVALID_REQUEST)
    const unable = cluster.coordinators.error('transaction', transactionalId, broker.id)
    const errorCode =
      unable === ErrorCode.NONE ? cluster.transactions.add(transactionalId, request, { partitions }) : unable
    return each(request, () => fencedBefore(2, version, errorCode))
  },
  fail: (request, errorCode) => each(request, () => errorCode),
}

function each(
  { topics }: AddPartitionsToTxnRequest,
  errorOf: (topic: string, index: number) => number,
): AddPartitionsToTxnResponse {
  return {
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((index) => ({ partitionIndex: index, errorCode: errorOf(name, index) })),
    })),
  }
}
