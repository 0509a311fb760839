import { ErrorCode } from '@posthorn/protocol'
import type { RequestContext } from '../apis/apiHandler.ts'
import type { AclOperation } from './acls.ts'

/** The error for a client that may not do this to a transactional id, or NONE. */
export function mayTransact(
  transactionalId: string,
  { cluster, session }: RequestContext,
  operation: AclOperation = 'Write',
): number {
  const allowed = cluster.authorizer.may(session.principal, operation, 'transactionalId', transactionalId)
  return allowed ? ErrorCode.NONE : ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
}
