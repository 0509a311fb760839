import {
  ErrorCode,
  initProducerId as api,
  type InitProducerIdRequest,
  type InitProducerIdResponse,
} from '@posthorn/protocol'
import type { ProducerIdentity } from '../transactions/initTransaction.ts'
import type { ApiHandler, RequestContext } from './apiHandler.ts'
import { mayTransact } from '../security/mayTransact.ts'
import { fencedBefore } from './fencedBefore.ts'

/**
 * InitProducerId, versions 0 to 5.
 *
 * - Without a transactional id every request gets a new producer id with epoch 0, whatever id and epoch it names, as
 *   Kafka does: an idempotent producer raises its epoch by itself (KIP-360).
 * - An empty transactional id, or an id without an epoch, gets INVALID_REQUEST; a timeout of the transaction that is
 *   not positive or above `transactionMaxTimeoutMs` INVALID_TRANSACTION_TIMEOUT.
 * - With a transactional id: only from its coordinator, and always in a new epoch. An open transaction is aborted first,
 *   meanwhile CONCURRENT_TRANSACTIONS. Who names an id and epoch that is not the latest gets PRODUCER_FENCED, which is
 *   INVALID_PRODUCER_EPOCH below version 4. After epoch 32766 comes another producer id.
 * - It takes Write on the transactional id; without one IdempotentWrite on the cluster or Write on any topic, else
 *   CLUSTER_AUTHORIZATION_FAILED.
 */
export const initProducerId: ApiHandler<InitProducerIdRequest, InitProducerIdResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  authorize({ transactionalId }, context) {
    if (transactionalId !== null) return mayTransact(transactionalId, context)
    const { authorizer } = context.cluster
    const { principal } = context.session
    const allowed =
      authorizer.may(principal, 'IdempotentWrite', 'cluster') || authorizer.may(principal, 'Write', 'topic')
    return allowed ? ErrorCode.NONE : ErrorCode.CLUSTER_AUTHORIZATION_FAILED
  },
  handle(request, context) {
    const { cluster } = context
    const { transactionalId, producerId, producerEpoch } = request
    const isPartial = (producerId === -1n) !== (producerEpoch === -1)
    if (transactionalId === '' || isPartial) return failed(ErrorCode.INVALID_REQUEST)
    if (transactionalId !== null) return transactional(transactionalId, request, context)
    return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, producerId: cluster.nextProducerId(), producerEpoch: 0 }
  },
  fail: (_request, errorCode) => failed(errorCode),
}

function transactional(
  transactionalId: string,
  { transactionTimeoutMs, producerId, producerEpoch }: InitProducerIdRequest,
  { cluster, broker, version }: RequestContext,
): InitProducerIdResponse {
  const errorCode = cluster.coordinators.error('transaction', transactionalId, broker.id)
  if (errorCode !== ErrorCode.NONE) return failed(errorCode)
  if (transactionTimeoutMs <= 0 || transactionTimeoutMs > cluster.settings.transactionMaxTimeoutMs) {
    return failed(ErrorCode.INVALID_TRANSACTION_TIMEOUT)
  }
  const expected: ProducerIdentity | undefined = producerId === -1n ? undefined : { producerId, producerEpoch }
  const answer = cluster.transactions.init(transactionalId, transactionTimeoutMs, expected)
  return { throttleTimeMs: 0, ...answer, errorCode: fencedBefore(4, version, answer.errorCode) }
}

function failed(errorCode: number): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode, producerId: -1n, producerEpoch: -1 }
}
