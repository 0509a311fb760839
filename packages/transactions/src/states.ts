/** Where a transactional producer stands. The names are Kafka's. */
export type TransactionState =
  /** `init` has not been called, or was refused in a way that may be mended. */
  | 'UNINITIALIZED'
  /** Asks the coordinator for a producer id, or for a higher epoch of it. */
  | 'INITIALIZING'
  /** A transaction may begin. */
  | 'READY'
  /** Records are taken. */
  | 'IN_TRANSACTION'
  /** Sends what is left, then has the coordinator commit. */
  | 'COMMITTING'
  /** Waits for what is on its way, then has the coordinator abort. */
  | 'ABORTING'
  /** Something failed: the transaction can only be aborted. */
  | 'ABORTABLE_ERROR'
  /** Nothing helps but closing the producer. */
  | 'FATAL_ERROR'

/** What moves a transactional producer from one state to another. */
export type TransactionEvent =
  /** The application calls `init`. */
  | 'init'
  /** The coordinator gave a producer id and an epoch. */
  | 'initialized'
  /** The coordinator refused them for want of a permission. */
  | 'refused'
  /** The application calls `begin`. */
  | 'begin'
  /** The application calls `commit`. */
  | 'commit'
  /** The application calls `abort`. */
  | 'abort'
  /** The transaction is over. */
  | 'ended'
  /** The transaction is over, and the next one needs a higher epoch first. */
  | 'bump'
  /** Something failed that concerns this transaction alone. */
  | 'abortable'
  /** Something failed for good. */
  | 'fatal'

/**
 * Every move that is allowed (TXN-01), by event: from which state to which. What is not here is refused. The picture in
 * docs/transactions.md is drawn from it.
 */
export const transactionMoves: Readonly<
  Record<TransactionEvent, Readonly<Partial<Record<TransactionState, TransactionState>>>>
> = {
  init: { UNINITIALIZED: 'INITIALIZING' },
  initialized: { INITIALIZING: 'READY' },
  refused: { INITIALIZING: 'UNINITIALIZED' },
  begin: { READY: 'IN_TRANSACTION' },
  commit: { IN_TRANSACTION: 'COMMITTING' },
  abort: { IN_TRANSACTION: 'ABORTING', ABORTABLE_ERROR: 'ABORTING' },
  ended: { COMMITTING: 'READY', ABORTING: 'READY' },
  bump: { COMMITTING: 'INITIALIZING', ABORTING: 'INITIALIZING' },
  abortable: {
    INITIALIZING: 'ABORTABLE_ERROR',
    IN_TRANSACTION: 'ABORTABLE_ERROR',
    COMMITTING: 'ABORTABLE_ERROR',
    ABORTABLE_ERROR: 'ABORTABLE_ERROR',
    // An abort is under way already (TXN-11).
    ABORTING: 'ABORTING',
  },
  fatal: {
    UNINITIALIZED: 'FATAL_ERROR',
    INITIALIZING: 'FATAL_ERROR',
    READY: 'FATAL_ERROR',
    IN_TRANSACTION: 'FATAL_ERROR',
    COMMITTING: 'FATAL_ERROR',
    ABORTING: 'FATAL_ERROR',
    ABORTABLE_ERROR: 'FATAL_ERROR',
    FATAL_ERROR: 'FATAL_ERROR',
  },
}

/** What an application may call in a state, beside `close`. */
export function allowedCalls(state: TransactionState): string[] {
  const calls = (['init', 'begin', 'commit', 'abort'] as const).filter(
    (call) => transactionMoves[call][state] !== undefined,
  )
  return state === 'IN_TRANSACTION' ? ['send', 'sendOffsets', ...calls] : calls
}
