import { BrokerError, type KafkaErrorDetails } from '@posthorn/contracts'

import { table } from './errorEntries.ts'

/** What is known of one of Kafka's error numbers. */
export interface ErrorEntry {
  /** Kafka's number; -1 when it is not known. */
  readonly code: number
  /** Kafka's name. */
  readonly name: string
  /** What it means, in a sentence. */
  readonly message: string
  /** True when the same request may succeed later. */
  readonly retriable: boolean
  /** True when it says that the client's view of topics and leaders is old. */
  readonly refreshesMetadata: boolean
}

/** Numbers of the errors that code branches on. */
export const ErrorCode = {
  UNKNOWN_SERVER_ERROR: -1,
  NONE: 0,
  OFFSET_OUT_OF_RANGE: 1,
  CORRUPT_MESSAGE: 2,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  LEADER_NOT_AVAILABLE: 5,
  NOT_LEADER_OR_FOLLOWER: 6,
  REQUEST_TIMED_OUT: 7,
  REPLICA_NOT_AVAILABLE: 9,
  MESSAGE_TOO_LARGE: 10,
  NETWORK_EXCEPTION: 13,
  COORDINATOR_LOAD_IN_PROGRESS: 14,
  COORDINATOR_NOT_AVAILABLE: 15,
  NOT_COORDINATOR: 16,
  INVALID_TOPIC_EXCEPTION: 17,
  RECORD_LIST_TOO_LARGE: 18,
  NOT_ENOUGH_REPLICAS: 19,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 20,
  INVALID_REQUIRED_ACKS: 21,
  ILLEGAL_GENERATION: 22,
  UNKNOWN_MEMBER_ID: 25,
  TOPIC_AUTHORIZATION_FAILED: 29,
  GROUP_AUTHORIZATION_FAILED: 30,
  CLUSTER_AUTHORIZATION_FAILED: 31,
  INVALID_TIMESTAMP: 32,
  UNSUPPORTED_SASL_MECHANISM: 33,
  ILLEGAL_SASL_STATE: 34,
  UNSUPPORTED_VERSION: 35,
  INVALID_REQUEST: 42,
  UNSUPPORTED_FOR_MESSAGE_FORMAT: 43,
  OUT_OF_ORDER_SEQUENCE_NUMBER: 45,
  DUPLICATE_SEQUENCE_NUMBER: 46,
  INVALID_PRODUCER_EPOCH: 47,
  INVALID_TXN_STATE: 48,
  INVALID_PRODUCER_ID_MAPPING: 49,
  INVALID_TRANSACTION_TIMEOUT: 50,
  CONCURRENT_TRANSACTIONS: 51,
  TRANSACTION_COORDINATOR_FENCED: 52,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 53,
  OPERATION_NOT_ATTEMPTED: 55,
  KAFKA_STORAGE_ERROR: 56,
  SASL_AUTHENTICATION_FAILED: 58,
  UNKNOWN_PRODUCER_ID: 59,
  GROUP_ID_NOT_FOUND: 69,
  FETCH_SESSION_ID_NOT_FOUND: 70,
  INVALID_FETCH_SESSION_EPOCH: 71,
  LISTENER_NOT_FOUND: 72,
  FENCED_LEADER_EPOCH: 74,
  UNKNOWN_LEADER_EPOCH: 75,
  UNSUPPORTED_COMPRESSION_TYPE: 76,
  FENCED_INSTANCE_ID: 82,
  INVALID_RECORD: 87,
  THROTTLING_QUOTA_EXCEEDED: 89,
  PRODUCER_FENCED: 90,
  UNKNOWN_TOPIC_ID: 100,
  INCONSISTENT_TOPIC_ID: 103,
  STALE_MEMBER_EPOCH: 113,
  UNKNOWN_SUBSCRIPTION_ID: 117,
  TELEMETRY_TOO_LARGE: 118,
  TRANSACTION_ABORTABLE: 120,
  REBOOTSTRAP_REQUIRED: 129,
} as const

/** Every error that Kafka 4.4 knows, in the order of its numbers. */
export const errorEntries: readonly ErrorEntry[] = table.map(([code, name, flags, message]) => ({
  code,
  name,
  message,
  retriable: flags !== '',
  refreshesMetadata: flags === 'rm',
}))

const byCode = new Map(errorEntries.map((entry) => [entry.code, entry]))
const byName = new Map(errorEntries.map((entry) => [entry.name, entry]))

/** What is known of an error number. One that Kafka 4.4 does not have counts as `UNKNOWN_SERVER_ERROR`, number -1. */
export function errorEntry(code: number): ErrorEntry {
  return (
    byCode.get(code) ?? {
      code: -1,
      name: 'UNKNOWN_SERVER_ERROR',
      message: `The broker answered with error ${code}, which this client does not know.`,
      retriable: false,
      refreshesMetadata: false,
    }
  )
}

/** The number of an error by its name in Kafka. Throws a `RangeError` for a name that Kafka does not have. */
export function errorCode(name: string): number {
  const entry = byName.get(name)
  if (entry === undefined) throw new RangeError(`Kafka has no error '${name}'`)
  return entry.code
}

/**
 * The error for a number that a broker answered. `details` are added to what the table knows, and win over it; `said`
 * is the broker's own message, if it sent one.
 */
export function brokerError(code: number, details: KafkaErrorDetails = {}, said: string | null = null): BrokerError {
  const entry = errorEntry(code)
  const message = said === null || said === '' ? entry.message : `${entry.message} The broker says: ${said}`
  return new BrokerError(entry.name, entry.code, message, { retriable: entry.retriable, ...details })
}
