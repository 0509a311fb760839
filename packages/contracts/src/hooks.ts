import type { KafkaError } from './errors.ts'
import type { PartitionRef } from './delivery.ts'
import type { ProducerServices } from './requests.ts'

/** A connection to a broker. */
export interface ConnectionEvent {
  /** The broker's id; negative for a bootstrap address. */
  readonly nodeId: number
  /** Host it was reached at. */
  readonly host: string
  /** Port it was reached at. */
  readonly port: number
}

/** The end of a connection, or of an attempt at one. */
export interface DisconnectEvent extends ConnectionEvent {
  /** Why, `null` for an orderly end. */
  readonly error: KafkaError | null
  /** Requests that were waiting for an answer. */
  readonly inFlight: number
}

/** A request was handed to a connection. */
export interface RequestEvent {
  /** The broker's id. */
  readonly nodeId: number
  /** Kafka's name of the API. */
  readonly api: string
  /** Version spoken. */
  readonly version: number
  /** Number that the answer will carry. */
  readonly correlationId: number
  /** Bytes on the wire, length prefix included. */
  readonly bytes: number
}

/** The answer to a request. */
export interface ResponseEvent extends RequestEvent {
  /** From handing over the request to reading the answer, in ms. */
  readonly latencyMs: number
}

/** A broker asked for a pause (KIP-219). */
export interface ThrottleEvent {
  /** The broker's id. */
  readonly nodeId: number
  /** Kafka's name of the API that was answered. */
  readonly api: string
  /** Length of the pause in ms. */
  readonly throttleTimeMs: number
}

/** A batch, at the moment that the hook names. The same facts for all batch hooks. */
export interface BatchEvent {
  /** Topic and partition. */
  readonly partition: PartitionRef
  /** Number of records. */
  readonly records: number
  /** Bytes of the records before compression, header excluded. */
  readonly uncompressedBytes: number
  /** Bytes of the batch as sent, header included. */
  readonly bytes: number
  /** Kafka's name of the codec. */
  readonly codec: string
  /** Attempts so far, the present one included. */
  readonly attempts: number
  /** When the batch was opened, on the producer's clock, in ms. */
  readonly createdMs: number
  /** When its latest attempt was drained, on the producer's clock, in ms; 0 before the first. */
  readonly drainedMs: number
  /** The broker that its latest attempt went to; -1 before the first. */
  readonly nodeId: number
}

/** The end of a batch. */
export interface BatchSettledEvent extends BatchEvent {
  /** `null` when it was stored. */
  readonly error: KafkaError | null
  /** Offset of its first record, -1 when unknown. */
  readonly baseOffset: bigint
  /** When it was settled, on the producer's clock, in ms. */
  readonly settledMs: number
}

/** A batch that will be sent again. */
export interface RetryEvent extends BatchEvent {
  /** What went wrong. */
  readonly error: KafkaError
  /** Wait before the next attempt, in ms. */
  readonly backoffMs: number
}

/** A batch that was too large for the broker and was divided (KIP-126). */
export interface SplitEvent extends BatchEvent {
  /** Number of batches that took its place. */
  readonly pieces: number
}

/** New metadata. */
export interface MetadataEvent {
  /** Id of the cluster, `null` when brokers tell none (before Kafka 0.10.1). */
  readonly clusterId: string | null
  /** Number of brokers known. */
  readonly brokers: number
  /** Topics that were answered. */
  readonly topics: readonly string[]
}

/**
 * What a plugin may watch. Every member is optional; members are sorted by kind once, when the producer is assembled,
 * so one that nobody has costs nothing. What a hook throws is logged. Hooks run inside the sender: slow work delays all
 * sending. Events are frozen in meaning, not in members: more may come.
 */
export interface Hooks {
  /** Shown in logs. */
  readonly name: string
  /** The producer is assembled: called once, before every other member, with what hooks may use of it. */
  onStart?(producer: ProducerServices): void
  /** A connection is ready for requests. */
  onConnect?(event: ConnectionEvent): void
  /** A connection, or an attempt at one, ended. */
  onDisconnect?(event: DisconnectEvent): void
  /** A request was handed to a connection. */
  onRequest?(event: RequestEvent): void
  /** An answer was read. */
  onResponse?(event: ResponseEvent): void
  /** A broker asked for a pause. */
  onThrottle?(event: ThrottleEvent): void
  /** A batch was closed and compressed, before its first attempt. */
  onBatchSealed?(event: BatchEvent): void
  /** A batch was stored or failed for good. */
  onBatchSettled?(event: BatchSettledEvent): void
  /** A batch will be sent again. */
  onRetry?(event: RetryEvent): void
  /** A batch was divided. */
  onSplit?(event: SplitEvent): void
  /** Metadata was updated. */
  onMetadata?(event: MetadataEvent): void
  /**
   * A graceful close: every record has its outcome, connections are still there. The producer waits for the promise
   * within the time of its close. Not called when that time was over before, or for a forced close.
   */
  onClosing?(): Promise<void>
  /** The producer has closed. */
  onClose?(): void
}
