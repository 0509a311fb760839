import { ErrorCode } from '@posthorn/protocol'

/**
 * Errors that a coordinator answers before it writes anything. Others may come after the write: it is not safe yet
 * (COORDINATOR_NOT_AVAILABLE), or the coordinator has moved meanwhile (NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS).
 */
const refusals: ReadonlySet<number> = new Set([
  ErrorCode.TOPIC_AUTHORIZATION_FAILED,
  ErrorCode.GROUP_AUTHORIZATION_FAILED,
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.OPERATION_NOT_ATTEMPTED,
  ErrorCode.CONCURRENT_TRANSACTIONS,
  ErrorCode.UNKNOWN_PRODUCER_ID,
])

/** Whether the open transaction has begun at its coordinator: then it has to be ended there (TRQ-17). */
export class Begun {
  /** Whether it has for certain. */
  certainly = false
  /** Attempts that no answer came to, or one that leaves it open whether they were carried out. */
  private doubtful = 0

  /** Whether it may have: an attempt that was refused says nothing of those before it. */
  get perhaps(): boolean {
    return this.certainly || this.doubtful > 0
  }

  /** A request goes out that has it begin. */
  asked(): void {
    this.doubtful++
  }

  /** Its answer, with an error code for each thing that it was about: all of them are done, or none is. */
  answered(errorCodes: readonly number[]): void {
    if (errorCodes.every((errorCode) => refusals.has(errorCode))) this.doubtful--
  }

  /** The next transaction: nothing is in it. */
  clear(): void {
    this.certainly = false
    this.doubtful = 0
  }
}
