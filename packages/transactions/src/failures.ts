import type { ErrorSeverity, KafkaErrorDetails } from '@posthorn/contracts'
import { BrokerError, KafkaError } from '@posthorn/contracts'
import { ErrorCode, errorEntry } from '@posthorn/protocol'

/** Errors of batches and coordinators after which nothing but closing helps (FLB-02, KIP-1050). */
const fatalCodes: ReadonlySet<number> = new Set([
  ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
  ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
  ErrorCode.PRODUCER_FENCED,
  ErrorCode.UNSUPPORTED_VERSION,
  ErrorCode.INVALID_PRODUCER_ID_MAPPING,
])

/**
 * Errors after which the same transaction, aborted and run again, may succeed although the request itself could not
 * (KIP-890, KIP-588, KIP-360).
 */
const transientCodes: ReadonlySet<number> = new Set([
  ErrorCode.TRANSACTION_ABORTABLE,
  ErrorCode.INVALID_TXN_STATE,
  ErrorCode.INVALID_PRODUCER_EPOCH,
  ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  ErrorCode.UNKNOWN_PRODUCER_ID,
])

/** Whether a failed batch ends everything, not its transaction alone. */
export function isFatalForBatch(errorCode: number): boolean {
  return fatalCodes.has(errorCode)
}

/** The same error with another severity. It belongs to the caller, who got it from nobody else. */
export function withSeverity<E extends KafkaError>(error: E, severity: ErrorSeverity): E {
  if (error.severity !== severity) Object.defineProperty(error, 'severity', { value: severity })
  return error
}

/**
 * The error that makes a transaction abortable. `retriable` on it says that the transaction may be run again. What the
 * producer gave up trying, and a batch that met no transaction, are Kafka's TRANSACTION_ABORTABLE (FLB-13).
 */
export function abortable(cause: KafkaError): KafkaError {
  if (cause.severity === 'abortable') return cause
  const errorCode = cause instanceof BrokerError ? cause.errorCode : Number.NaN
  const { message, maybePersisted, topic, partition, broker } = cause
  const details = { severity: 'abortable', maybePersisted, topic, partition, broker, cause } as const
  if (cause.retriable || errorCode === ErrorCode.INVALID_TXN_STATE) {
    return new KafkaError('TRANSACTION_ABORTABLE', message, { ...details, retriable: true })
  }
  return new KafkaError(cause.code, message, { ...details, retriable: transientCodes.has(errorCode) })
}

/** A coordinator's answer to `request` that ends the transaction. */
export function abortableAnswer(errorCode: number, request: string): KafkaError {
  return answer(errorCode, request, { severity: 'abortable', retriable: transientCodes.has(errorCode) })
}

/** A coordinator's answer that ends everything. A stale epoch reads as fenced: only another producer raises it (TXR-02). */
export function fatalAnswer(errorCode: number, request: string): KafkaError {
  const code = errorCode === ErrorCode.INVALID_PRODUCER_EPOCH ? ErrorCode.PRODUCER_FENCED : errorCode
  return answer(code, request, { severity: 'fatal', retriable: false })
}

/** A coordinator's answer to `request` after which the same may be asked again later, by the application. */
export function refusedAnswer(errorCode: number, request: string): KafkaError {
  return answer(errorCode, request, { retriable: false })
}

function answer(errorCode: number, request: string, details: KafkaErrorDetails): KafkaError {
  const { name, code, message } = errorEntry(errorCode)
  return new BrokerError(name, code, `${request} was refused: ${message}`, details)
}

/** What was thrown, as an error of ours. */
export function asKafkaError(thrown: unknown): KafkaError {
  if (thrown instanceof KafkaError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new KafkaError('UNKNOWN_SERVER_ERROR', message, { severity: 'fatal', cause: thrown })
}
