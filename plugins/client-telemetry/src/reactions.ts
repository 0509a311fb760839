import { KafkaError } from '@posthorn/contracts'
import { ErrorCode } from '@posthorn/protocol'

/** What becomes of telemetry after an error (TEL-06). */
export type Reaction =
  /** The subscription is asked for at once. */
  | 'at-once'
  /** It is asked for after the interval. */
  | 'after-interval'
  /** No more telemetry. */
  | 'off'

/** What a broker's answer to a push means. */
export function reactionToPush(errorCode: number): Reaction {
  switch (errorCode) {
    case ErrorCode.UNKNOWN_SUBSCRIPTION_ID:
    case ErrorCode.UNSUPPORTED_COMPRESSION_TYPE:
      return 'at-once'
    case ErrorCode.TELEMETRY_TOO_LARGE:
    case ErrorCode.THROTTLING_QUOTA_EXCEEDED:
      return 'after-interval'
    default:
      return 'off'
  }
}

/** The same for a subscription that was asked for: asking again at once would ask for ever. */
export function reactionToSubscription(errorCode: number): Reaction {
  return reactionToPush(errorCode) === 'off' ? 'off' : 'after-interval'
}

/**
 * What it means when there was no answer, `failures` times in a row: the next broker is asked at once, unless that has
 * just been tried; and a request that cannot be made at all is not made again.
 */
export function reactionToFailure(error: unknown, failures: number): Reaction {
  if (!(error instanceof KafkaError) || !error.retriable) return 'off'
  return failures > 1 ? 'after-interval' : 'at-once'
}
