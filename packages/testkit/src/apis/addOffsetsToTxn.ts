import {
  addOffsetsToTxn as api,
  type AddOffsetsToTxnRequest,
  type AddOffsetsToTxnResponse,
  ErrorCode,
} from '@posthorn/protocol'
import { mayTransact } from '../security/mayTransact.ts'
import type { ApiHandler } from './apiHandler.ts'
import { fencedBefore } from './fencedBefore.ts'

/**
 * AddOffsetsToTxn, versions 0 to 4.
 *
 * - Makes a group part of the transaction, so that TxnOffsetCommit below version 5 can commit offsets of it.
 * - Errors are those of AddPartitionsToTxn; PRODUCER_FENCED is INVALID_PRODUCER_EPOCH below version 2.
 */
export const addOffsetsToTxn: ApiHandler<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  authorize: ({ transactionalId }, context) => mayTransact(transactionalId, context),
  handle(request, { cluster, broker, version }) {
    const { transactionalId, groupId: group } = request
    if (transactionalId === '') return answer(ErrorCode.INVALID_REQUEST)
    const unable = cluster.coordinators.error('transaction', transactionalId, broker.id)
    if (unable !== ErrorCode.NONE) return answer(unable)
    return answer(fencedBefore(2, version, cluster.transactions.add(transactionalId, request, { group })))
  },
  fail: (_request, errorCode) => answer(errorCode),
}

function answer(errorCode: number): AddOffsetsToTxnResponse {
  return { throttleTimeMs: 0, errorCode }
}
