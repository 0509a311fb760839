import { ErrorCode } from '@posthorn/protocol'

/** The error as a request of `version` may get it: PRODUCER_FENCED is known from `since` on (KIP-588). */
export function fencedBefore(since: number, version: number, errorCode: number): number {
  return errorCode === ErrorCode.PRODUCER_FENCED && version < since ? ErrorCode.INVALID_PRODUCER_EPOCH : errorCode
}
