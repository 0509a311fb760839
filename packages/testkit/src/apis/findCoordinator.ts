import {
  type Coordinator,
  ErrorCode,
  findCoordinator as api,
  type FindCoordinatorRequest,
  type FindCoordinatorResponse,
} from '@posthorn/protocol'
import type { CoordinatorKind } from '../cluster/coordinators.ts'
import { mayTransact } from '../security/mayTransact.ts'
import type { ApiHandler, RequestContext } from './apiHandler.ts'

/**
 * FindCoordinator, versions 0 to 6.
 *
 * - A key has the coordinator that its hash gives it until that is moved, or its broker stops and another takes over.
 * - COORDINATOR_NOT_AVAILABLE while it has none; INVALID_REQUEST for a key type that Kafka does not have.
 * - Describe on the transactional id is needed, else TRANSACTIONAL_ID_AUTHORIZATION_FAILED.
 * - Groups and share groups have coordinators too, but groups can only commit offsets in transactions.
 */
export const findCoordinator: ApiHandler<FindCoordinatorRequest, FindCoordinatorResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  handle: (request, context) => ({
    throttleTimeMs: 0,
    coordinators: request.keys.map((key) => coordinator(key, kinds[request.keyType], context)),
  }),
  fail: (request, errorCode) => ({
    throttleTimeMs: 0,
    coordinators: request.keys.map((key) => none(key, errorCode)),
  }),
}

/** By key type. */
const kinds: readonly (CoordinatorKind | undefined)[] = ['group', 'transaction', 'share']

function coordinator(key: string, kind: CoordinatorKind | undefined, context: RequestContext): Coordinator {
  const { cluster, listener } = context
  if (kind === undefined) return none(key, ErrorCode.INVALID_REQUEST)
  const denied = kind === 'transaction' ? mayTransact(key, context, 'Describe') : ErrorCode.NONE
  if (denied !== ErrorCode.NONE) return none(key, denied)
  const broker = cluster.brokers[cluster.coordinators.brokerOf(kind, key)]
  if (broker === undefined) return none(key, ErrorCode.COORDINATOR_NOT_AVAILABLE)
  return { key, nodeId: broker.id, ...broker.address(listener), errorCode: ErrorCode.NONE, errorMessage: null }
}

function none(key: string, errorCode: number): Coordinator {
  return { key, nodeId: -1, host: '', port: -1, errorCode, errorMessage: null }
}
