import {
  type Coordinator,
  ErrorCode,
  findCoordinator as api,
  type FindCoordinatorRequest,
  type FindCoordinatorResponse,
} from '@posthorn/protocol'
import type { ApiHandler, RequestContext } from './apiHandler.ts'

/**
 * FindCoordinator, versions 0 to 6.
 *
 * - A key always has the same coordinator among the brokers that run; another one when that broker stops.
 * - COORDINATOR_NOT_AVAILABLE when none runs; INVALID_REQUEST for a key type that Kafka does not have.
 * - What coordinators do (groups, transactions) is not served yet.
 */
export const findCoordinator: ApiHandler<FindCoordinatorRequest, FindCoordinatorResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  handle(request, context) {
    const legal = request.keyType >= 0 && request.keyType <= 2
    return {
      throttleTimeMs: 0,
      coordinators: request.keys.map((key) =>
        legal ? coordinator(key, context) : none(key, ErrorCode.INVALID_REQUEST),
      ),
    }
  },
  fail: (request, errorCode) => ({
    throttleTimeMs: 0,
    coordinators: request.keys.map((key) => none(key, errorCode)),
  }),
}

function coordinator(key: string, { cluster, listener }: RequestContext): Coordinator {
  const alive = cluster.aliveBrokers
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) >>> 0
  const broker = alive[hash % alive.length]
  if (broker === undefined) return none(key, ErrorCode.COORDINATOR_NOT_AVAILABLE)
  return { key, nodeId: broker.id, ...broker.address(listener), errorCode: ErrorCode.NONE, errorMessage: null }
}

function none(key: string, errorCode: number): Coordinator {
  return { key, nodeId: -1, host: '', port: -1, errorCode, errorMessage: null }
}
