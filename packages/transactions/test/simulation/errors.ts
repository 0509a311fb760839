/** What brokers may answer to one API instead of doing it. */
export interface Errors {
  /** Asking again may help. */
  readonly passing: readonly string[]
  /** The transaction, or the producer, comes to an end; or a permission is missing. */
  readonly lasting: readonly string[]
}

const coordinator = [
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'CONCURRENT_TRANSACTIONS',
]
const fenced = ['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH']
const refused = ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'UNKNOWN_SERVER_ERROR', 'TRANSACTION_ABORTABLE']
const lost = ['UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_ID_MAPPING', 'INVALID_TXN_STATE']

/** Error codes of section 26 and Table D, by API. */
export const errorsOf: Readonly<Record<string, Errors>> = {
  FindCoordinator: {
    passing: ['COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_LOAD_IN_PROGRESS'],
    lasting: ['GROUP_AUTHORIZATION_FAILED', ...refused],
  },
  InitProducerId: {
    passing: [...coordinator, 'REQUEST_TIMED_OUT'],
    lasting: [...fenced, ...refused, 'CLUSTER_AUTHORIZATION_FAILED', 'INVALID_TRANSACTION_TIMEOUT'],
  },
  AddPartitionsToTxn: {
    passing: [...coordinator, 'UNKNOWN_TOPIC_OR_PARTITION'],
    lasting: ['TOPIC_AUTHORIZATION_FAILED', 'OPERATION_NOT_ATTEMPTED', ...fenced, ...refused, ...lost],
  },
  AddOffsetsToTxn: {
    passing: coordinator,
    lasting: ['GROUP_AUTHORIZATION_FAILED', ...fenced, ...refused, ...lost],
  },
  TxnOffsetCommit: {
    passing: [...coordinator, 'REQUEST_TIMED_OUT', 'UNKNOWN_TOPIC_OR_PARTITION'],
    lasting: [
      'GROUP_AUTHORIZATION_FAILED',
      'FENCED_INSTANCE_ID',
      'UNKNOWN_MEMBER_ID',
      'ILLEGAL_GENERATION',
      'UNSUPPORTED_FOR_MESSAGE_FORMAT',
      ...fenced,
      ...refused,
    ],
  },
  EndTxn: { passing: coordinator, lasting: [...fenced, ...refused, ...lost] },
  Produce: {
    passing: [
      'NOT_LEADER_OR_FOLLOWER',
      'UNKNOWN_TOPIC_OR_PARTITION',
      'LEADER_NOT_AVAILABLE',
      'NOT_ENOUGH_REPLICAS',
      'REQUEST_TIMED_OUT',
      'CORRUPT_MESSAGE',
      'KAFKA_STORAGE_ERROR',
      'CONCURRENT_TRANSACTIONS',
    ],
    lasting: [
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      'MESSAGE_TOO_LARGE',
      'INVALID_RECORD',
      'TOPIC_AUTHORIZATION_FAILED',
      'CLUSTER_AUTHORIZATION_FAILED',
      ...fenced,
      ...refused,
      ...lost,
    ],
  },
}

/** Errors of a request that was run all the same: what the coordinator or leader wrote is not safe yet. */
export const afterwards: Readonly<Record<string, readonly string[]>> = {
  InitProducerId: ['COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR'],
  AddPartitionsToTxn: ['COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR'],
  AddOffsetsToTxn: ['COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR'],
  TxnOffsetCommit: ['COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR', 'REQUEST_TIMED_OUT'],
  EndTxn: ['COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR'],
  Produce: [
    'NOT_LEADER_OR_FOLLOWER',
    'REQUEST_TIMED_OUT',
    'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
    'KAFKA_STORAGE_ERROR',
    'UNKNOWN_SERVER_ERROR',
  ],
}
