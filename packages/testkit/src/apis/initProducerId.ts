import {
  ErrorCode,
  initProducerId as api,
  type InitProducerIdRequest,
  type InitProducerIdResponse,
} from '@posthorn/protocol'
import type { ApiHandler } from './apiHandler.ts'

/**
 * InitProducerId, versions 0 to 5.
 *
 * - Without a transactional id every request gets a new producer id with epoch 0, whatever id and epoch it names, as
 *   Kafka does: an idempotent producer raises its epoch by itself (KIP-360).
 * - An empty transactional id gets INVALID_REQUEST.
 * - With a transactional id: NOT_COORDINATOR, until this cluster has a transaction coordinator.
 */
export const initProducerId: ApiHandler<InitProducerIdRequest, InitProducerIdResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  handle(request, { cluster }) {
    if (request.transactionalId === '') return failed(ErrorCode.INVALID_REQUEST)
    if (request.transactionalId !== null) return failed(ErrorCode.NOT_COORDINATOR)
    return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, producerId: cluster.nextProducerId(), producerEpoch: 0 }
  },
  fail: (_request, errorCode) => failed(errorCode),
}

function failed(errorCode: number): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode, producerId: -1n, producerEpoch: -1 }
}
