import { ErrorCode, errorEntry } from '@posthorn/protocol'
import type { Reaction } from './coordinatorLink.ts'
import { abortableAnswer, fatalAnswer } from './failures.ts'

/** Errors that mean something of their own in the answers to one API; what is not here is common to all. */
export type OwnReactions = Readonly<Partial<Record<number, (errorCode: number, said: string) => Reaction>>>

/** What holds for all requests to a transaction's coordinator (section 26, TXR-01 to TXR-03). */
const common: OwnReactions = {
  [ErrorCode.NONE]: () => 'done',
  [ErrorCode.NOT_COORDINATOR]: () => 'lookup',
  [ErrorCode.COORDINATOR_NOT_AVAILABLE]: () => 'lookup',
  [ErrorCode.TRANSACTION_ABORTABLE]: abortableAnswer,
  // With a higher epoch the next transaction may succeed (TXR-10); who cannot raise it makes this fatal.
  [ErrorCode.UNKNOWN_PRODUCER_ID]: abortableAnswer,
}

/** What is to be done about an error that a coordinator answered to `api`. Unknown ones are fatal. */
export function reactionTo(errorCode: number, api: string, own: OwnReactions = {}): Reaction {
  const reaction = own[errorCode] ?? common[errorCode]
  if (reaction !== undefined) return reaction(errorCode, api)
  return errorEntry(errorCode).retriable ? 'retry' : fatalAnswer(errorCode, api)
}

/** AddOffsetsToTxn (TXR-09): what the group's owner has to mend first. */
export const addOffsetsReactions: OwnReactions = {
  [ErrorCode.GROUP_AUTHORIZATION_FAILED]: abortableAnswer,
}

/** TxnOffsetCommit, for each partition (TOF-04 to TOF-06). */
export const offsetCommitReactions: OwnReactions = {
  [ErrorCode.REQUEST_TIMED_OUT]: () => 'lookup',
  [ErrorCode.GROUP_AUTHORIZATION_FAILED]: abortableAnswer,
  [ErrorCode.FENCED_INSTANCE_ID]: abortableAnswer,
  [ErrorCode.UNKNOWN_MEMBER_ID]: abortableAnswer,
  [ErrorCode.ILLEGAL_GENERATION]: abortableAnswer,
  [ErrorCode.GROUP_ID_NOT_FOUND]: abortableAnswer,
  [ErrorCode.STALE_MEMBER_EPOCH]: abortableAnswer,
}

/** AddPartitionsToTxn, for each partition (TXR-07). */
export const addPartitionsReactions: OwnReactions = {
  [ErrorCode.TOPIC_AUTHORIZATION_FAILED]: abortableAnswer,
  [ErrorCode.OPERATION_NOT_ATTEMPTED]: abortableAnswer,
  [ErrorCode.CONCURRENT_TRANSACTIONS]: () => 'soon',
}

/** A failed abort cannot be aborted (TXR-04). */
export const abortReactions: OwnReactions = {
  [ErrorCode.TRANSACTION_ABORTABLE]: fatalAnswer,
}
