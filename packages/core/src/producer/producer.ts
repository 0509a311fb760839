import type { Metric, ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import type { DeliveryCallback } from '../accumulator/answers.ts'

/** Options of one `send`. */
export interface SendOptions {
  /**
   * Ends the wait for metadata and memory: the promise rejects with the signal's reason. A record that has been taken
   * into a batch is not called back any more.
   */
  readonly signal?: AbortSignal | undefined
}

/** Options of `close`. */
export interface CloseOptions {
  /** How long to go on sending what was accepted, in ms; then the rest fails with `PRODUCER_CLOSED`. Default: no limit. */
  readonly timeoutMs?: number | undefined
}

/** One partition of a topic, as `partitionsFor` tells it. */
export interface PartitionDescription {
  /** Topic name. */
  readonly topic: string
  /** Partition number. */
  readonly partition: number
  /** Broker id of the leader, -1 when there is none. */
  readonly leader: number
}

/** Writes records to Kafka. Made by `createProducer`; safe to share, and meant to live as long as the process. */
export interface Producer<K, V, Handle = undefined> extends AsyncDisposable {
  /** `client.id` in use. */
  readonly clientId: string
  /** What the delivery plugin offers, for example transactions; `undefined` without one that does. */
  readonly delivery: Handle
  /**
   * Sends a record. The promise resolves when the brokers have stored it as `acks` asks, and rejects with a
   * `KafkaError` when that failed for good or could not be had within `deliveryTimeoutMs`; the error says whether
   * the record may have been stored. Records of a partition are stored in the order of the calls. The caller may reuse
   * the record and its bytes as soon as the call returns, unless a serializer is asynchronous.
   */
  send(record: ProducerRecord<K, V>, options?: SendOptions): Promise<RecordMetadata>
  /**
   * Sends a record without a promise: `callback` hears of the outcome, once. Returns false, having taken nothing, when
   * there is no memory for the record; {@link Producer.ready} tells when to go on. Throws for a record that cannot be
   * sent. A callback that throws is logged.
   */
  trySend(record: ProducerRecord<K, V>, callback?: DeliveryCallback): boolean
  /** Resolves when there is memory for records again: at once if there is some now. */
  ready(): Promise<void>
  /** Sends everything at once and resolves when every `send` before this call has its outcome, whatever it is (PRD-11). */
  flush(): Promise<void>
  /** The partitions of a topic; waits for metadata up to `maxBlockMs` (PRD-13). */
  partitionsFor(topic: string): Promise<readonly PartitionDescription[]>
  /**
   * The producer's metrics under Kafka's names (`producer-metrics`, `producer-topic-metrics`, `producer-node-metrics`).
   * Values are computed when they are read; none are left after `close`.
   */
  metrics(): readonly Metric[]
  /**
   * Takes no more records, sends what was accepted, then frees everything: sockets, timers, plugins. With `timeoutMs` it
   * gives up after that time, with 0 at once. Resolves in any case; a second call resolves with the first (PRD-14).
   */
  close(options?: CloseOptions): Promise<void>
}
