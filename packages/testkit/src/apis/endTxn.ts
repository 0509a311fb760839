import { endTxn as api, type EndTxnRequest, type EndTxnResponse, ErrorCode } from '@posthorn/protocol'
import { mayTransact } from '../security/mayTransact.ts'
import type { ApiHandler } from './apiHandler.ts'
import { fencedBefore } from './fencedBefore.ts'

/**
 * EndTxn, versions 0 to 5.
 *
 * - Up to version 4 the epoch stays; what has ended already in the way that is asked for is a success.
 * - From version 5 on the epoch is raised, or another producer id given after epoch 32766, and the answer says so
 *   (KIP-890). Who repeats the request with the old epoch gets the same answer; to abort where nothing has begun works.
 * - CONCURRENT_TRANSACTIONS while markers are being written, INVALID_TXN_STATE for the other end or for none to be
 *   made, PRODUCER_FENCED for another epoch (INVALID_PRODUCER_EPOCH below version 2).
 */
export const endTxn: ApiHandler<EndTxnRequest, EndTxnResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  authorize: ({ transactionalId }, context) => mayTransact(transactionalId, context),
  handle(request, { cluster, broker, version }) {
    const { transactionalId, committed } = request
    if (transactionalId === '') return failed(ErrorCode.INVALID_REQUEST)
    const unable = cluster.coordinators.error('transaction', transactionalId, broker.id)
    if (unable !== ErrorCode.NONE) return failed(unable)
    const answer = cluster.transactions.end(transactionalId, request, committed, version >= 5 ? 2 : 0)
    return { throttleTimeMs: 0, ...answer, errorCode: fencedBefore(2, version, answer.errorCode) }
  },
  fail: (_request, errorCode) => failed(errorCode),
}

function failed(errorCode: number): EndTxnResponse {
  return { throttleTimeMs: 0, errorCode, producerId: -1n, producerEpoch: -1 }
}
