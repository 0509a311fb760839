/** What an error means for the producer that met it, beyond the record concerned. */
export type ErrorSeverity =
  /** Only what the error names failed. */
  | 'recoverable'
  /** The open transaction has to be aborted. */
  | 'abortable'
  /** The producer can do nothing more but close. */
  | 'fatal'

/** What an application may do after an error, if it does anything. */
export type ErrorAction =
  /** Do the same again, later. With `maybePersisted` the record may then be stored twice. */
  | 'retry'
  /** Do something else: the record, a setting, a permission or the cluster has to change first. */
  | 'fix'
  /** Abort the open transaction; the next one may succeed. */
  | 'abort'
  /** Close the producer and make another one. */
  | 'close'

/** Facts that an error carries beside its code and message. */
export interface KafkaErrorDetails {
  /** True when the same request may succeed later. Default false. */
  readonly retriable?: boolean | undefined
  /** Default `recoverable`. */
  readonly severity?: ErrorSeverity | undefined
  /** True when the record may have been stored although its delivery failed. Default false. */
  readonly maybePersisted?: boolean | undefined
  /** Topic concerned. */
  readonly topic?: string | undefined
  /** Partition concerned. */
  readonly partition?: number | undefined
  /** `id` or `host:port` of the broker concerned. */
  readonly broker?: string | undefined
  /** What caused it. */
  readonly cause?: unknown
}

const brand: unique symbol = Symbol.for('posthorn.KafkaError') as never

/**
 * Every error that Posthorn gives to an application. `code` is stable and, where Kafka has a name for the error, that
 * name (`NOT_LEADER_OR_FOLLOWER`). Subclasses only sort the codes; `instanceof` also holds for errors of another copy
 * of this package.
 */
export class KafkaError extends Error {
  override readonly name: string = 'KafkaError'
  /** Stable code: Kafka's error name, or one of Posthorn's own in the same style. */
  readonly code: string
  /** True when the same request may succeed later. The producer itself has already retried as far as it may. */
  readonly retriable: boolean
  /** What it means beyond the record concerned. */
  readonly severity: ErrorSeverity
  /** True when the record may have been stored all the same: an application that sends it again may store it twice. */
  readonly maybePersisted: boolean
  /** Topic concerned, if one. */
  readonly topic: string | undefined
  /** Partition concerned, if one. */
  readonly partition: number | undefined
  /** Broker concerned, `id` or `host:port`, if one. */
  readonly broker: string | undefined

  constructor(code: string, message: string, details: KafkaErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.retriable = details.retriable ?? false
    this.severity = details.severity ?? 'recoverable'
    this.maybePersisted = details.maybePersisted ?? false
    this.topic = details.topic
    this.partition = details.partition
    this.broker = details.broker
    Object.defineProperty(this, brand, { value: true })
  }

  /** What the application may do next: by `severity`, then by `retriable`. */
  get action(): ErrorAction {
    if (this.severity === 'fatal') return 'close'
    if (this.severity === 'abortable') return 'abort'
    return this.retriable ? 'retry' : 'fix'
  }

  /** Whether `value` is a {@link KafkaError}, of whatever copy of this package, and of the class it is asked of. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null || !(brand in value)) return false
    if (this === KafkaError) return true
    for (let at: unknown = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
      const made = (at as { constructor?: { className?: unknown } }).constructor
      if (made?.className === this.className) return true
    }
    return false
  }

  /** Name that survives minifiers and duplicate installs. */
  static readonly className: string = 'KafkaError'
}

/** A configuration that cannot work: `INVALID_CONFIG`. Names key, value and expectation. */
export class ConfigError extends KafkaError {
  override readonly name: string = 'ConfigError'
  static override readonly className: string = 'ConfigError'
  constructor(message: string, details?: KafkaErrorDetails) {
    super('INVALID_CONFIG', message, details)
  }
}

/**
 * An argument or record that cannot be sent: `INVALID_ARGUMENT`, `INVALID_TOPIC_EXCEPTION`, `MESSAGE_TOO_LARGE`,
 * `SERIALIZATION_FAILED`, `PARTITIONER_FAILED`.
 */
export class RecordError extends KafkaError {
  override readonly name: string = 'RecordError'
  static override readonly className: string = 'RecordError'
}

/** A call that the producer's state does not allow: `PRODUCER_CLOSED`, `INVALID_STATE`. */
export class StateError extends KafkaError {
  override readonly name: string = 'StateError'
  static override readonly className: string = 'StateError'
}

/** A deadline passed: `DELIVERY_TIMEOUT`, `METADATA_TIMEOUT`, `REQUEST_TIMED_OUT`, `CONNECTION_TIMEOUT`. */
export class TimeoutError extends KafkaError {
  override readonly name: string = 'TimeoutError'
  static override readonly className: string = 'TimeoutError'
}

/** No room for the record: `BUFFER_EXHAUSTED`. Nothing was taken; send again later. Retriable. */
export class BufferExhaustedError extends TimeoutError {
  override readonly name: string = 'BufferExhaustedError'
  static override readonly className: string = 'BufferExhaustedError'
  constructor(message: string, details?: KafkaErrorDetails) {
    super('BUFFER_EXHAUSTED', message, { retriable: true, ...details })
  }
}

/** A connection failed: `CONNECTION_FAILED`, `NAME_NOT_RESOLVED`, `BOOTSTRAP_RESOLUTION_FAILED`, `NETWORK_EXCEPTION`. */
export class ConnectionError extends KafkaError {
  override readonly name: string = 'ConnectionError'
  static override readonly className: string = 'ConnectionError'
}

/**
 * A broker refused who we are, or we refused the broker: `SASL_AUTHENTICATION_FAILED`, `UNSUPPORTED_SASL_MECHANISM`,
 * `SSL_AUTHENTICATION_FAILED` and others that begin with `SSL_`. Trying again is of no use before something has changed.
 */
export class AuthenticationError extends KafkaError {
  override readonly name: string = 'AuthenticationError'
  static override readonly className: string = 'AuthenticationError'
}

/** Bytes that are not Kafka's protocol: `MALFORMED_RESPONSE`, `MALFORMED_BATCH`, `INVALID_FRAME`, `SSL_EXPECTED`, `NOT_KAFKA`. */
export class ProtocolError extends KafkaError {
  override readonly name: string = 'ProtocolError'
  static override readonly className: string = 'ProtocolError'
}

/** An error that a broker answered; `code` is Kafka's name for it. */
export class BrokerError extends KafkaError {
  override readonly name: string = 'BrokerError'
  static override readonly className: string = 'BrokerError'
  /** Kafka's number for the error; -1 for an unknown one. */
  readonly errorCode: number
  constructor(code: string, errorCode: number, message: string, details?: KafkaErrorDetails) {
    super(code, message, details)
    this.errorCode = errorCode
  }
}

/** No version of an API that both sides speak: `UNSUPPORTED_VERSION`. */
export class UnsupportedVersionError extends KafkaError {
  override readonly name: string = 'UnsupportedVersionError'
  static override readonly className: string = 'UnsupportedVersionError'
  constructor(message: string, details?: KafkaErrorDetails) {
    super('UNSUPPORTED_VERSION', message, details)
  }
}

/**
 * Records that were written to a stream failed: code and other facts are those of the first that did, which is the
 * `cause`. Every record of the stream has its outcome by then.
 */
export class StreamError extends KafkaError {
  override readonly name: string = 'StreamError'
  static override readonly className: string = 'StreamError'
  /** Records that failed, at least 1. */
  readonly failed: number
  /** Records that were stored. */
  readonly acknowledged: number
  constructor(
    first: KafkaError,
    counts: { readonly failed: number; readonly acknowledged: number; readonly maybePersisted: boolean },
  ) {
    const { failed, acknowledged, maybePersisted } = counts
    const { retriable, severity, topic, partition, broker } = first
    const message = `${failed} of ${failed + acknowledged} records failed, the first because: ${first.message}`
    super(first.code, message, { retriable, severity, maybePersisted, topic, partition, broker, cause: first })
    this.failed = failed
    this.acknowledged = acknowledged
  }
}
