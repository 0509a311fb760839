import type { TransactionState } from './states.ts'

/** An offset that a consumer group has reached, to be committed with the transaction. */
export interface TransactionOffset {
  /** Topic that was consumed. */
  readonly topic: string
  /** Its partition. */
  readonly partition: number
  /** Offset of the next record to consume: that of the last one processed, plus 1. 0 or more. */
  readonly offset: bigint | number
  /** Leader epoch of the last record consumed. Default: unknown. */
  readonly leaderEpoch?: number | undefined
  /** Whatever the application wants to keep with the offset. Default: nothing. */
  readonly metadata?: string | undefined
}

/** Who consumed, as the consumer's group metadata says: brokers refuse offsets of a member that was replaced (KIP-447). */
export interface ConsumerGroupMetadata {
  /** `group.id`. */
  readonly groupId: string
  /** Generation, or epoch, of the member. Default -1: unknown, nothing is checked. */
  readonly generationId?: number | undefined
  /** Member id; needed with a generation. Default empty. */
  readonly memberId?: string | undefined
  /** `group.instance.id`. Default: none. */
  readonly groupInstanceId?: string | null | undefined
}

/** Options of `run`. */
export interface RunOptions {
  /**
   * How often the work may be run in all, when Kafka's reasons made its transaction fail and a new one may succeed. 1 or
   * more, default 5.
   */
  readonly maxAttempts?: number | undefined
}

/**
 * What a transactional producer offers as `producer.delivery`. All calls but `begin` wait for the coordinator, at most
 * `maxBlockMs`: then they reject with `TRANSACTION_TIMEOUT` while the work goes on, and the same call waits for it again
 * (PRD-25). A call that the state does not allow throws, or rejects with, `INVALID_TXN_STATE`; after an error that can
 * only be aborted, `severity` is `abortable`, and after one that ends everything, `fatal`.
 */
export interface Transactions {
  /** Where the producer stands. */
  readonly state: TransactionState
  /**
   * Makes this producer the one of its transactional id: fences older ones, and has what they left open aborted. To be
   * called once before the first transaction (Kafka's `initTransactions`); {@link Transactions.run} does it if need be.
   * When a permission is missing it rejects with `TRANSACTIONAL_ID_AUTHORIZATION_FAILED` and may be called again.
   */
  init(): Promise<void>
  /** Begins a transaction (`beginTransaction`). From here on records are taken. Speaks to nobody. */
  begin(): void
  /**
   * Sends what is left and commits (`commitTransaction`): every record and offset since `begin` becomes visible. Rejects
   * when a record failed, with an `abortable` error; then `abort`.
   */
  commit(): Promise<void>
  /**
   * Aborts (`abortTransaction`): nothing since `begin` is ever visible to readers of committed records. What was not sent
   * fails with `TRANSACTION_ABORTED`.
   */
  abort(): Promise<void>
  /**
   * Commits offsets of a consumer group together with the transaction (`sendOffsetsToTransaction`), so that what was
   * consumed and what was produced from it count together. Nothing is sent for no offsets. Rejects with
   * `INVALID_ARGUMENT` for offsets or group metadata that cannot be.
   */
  sendOffsets(offsets: readonly TransactionOffset[], group: ConsumerGroupMetadata): Promise<void>
  /**
   * Runs `work` in a transaction: commits when it ends, aborts when it throws, and throws what it threw. When the
   * transaction failed for a reason of Kafka's that a new one may not meet (`retriable` on the error), `work` is run
   * again after a back-off, so it must not do anything that may not be done twice. Calls `init` first if need be.
   * Resolves with what `work` gave once the transaction is committed.
   */
  run<T>(work: () => T | PromiseLike<T>, options?: RunOptions): Promise<Awaited<T>>
}
