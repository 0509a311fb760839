import type { KafkaError, Metric, ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import type { DeliveryCallback } from '../accumulator/answers.ts'

/** Options of one `send`. */
export interface SendOptions {
  /**
   * Gives the record up. While it waits for metadata, memory or a serializer it is called back, and the promise rejects
   * with the signal's reason. Once it is in a batch it goes its way; the promise then rejects with `SEND_ABORTED`, whose
   * `cause` is the reason and whose `maybePersisted` is true.
   */
  readonly signal?: AbortSignal | undefined
  /**
   * The caller's own deadline in ms, 0 or more; `maxBlockMs` and `deliveryTimeoutMs` hold beside it. A record that still
   * waits then is called back, and the promise rejects with `METADATA_TIMEOUT`, `BUFFER_EXHAUSTED` or
   * `SERIALIZATION_TIMEOUT`. Once it is in a batch it goes its way; the promise then rejects with `DELIVERY_TIMEOUT`,
   * whose `maybePersisted` is true. Default: none.
   */
  readonly timeoutMs?: number | undefined
}

/** Options of `flush`. */
export interface FlushOptions {
  /** Ends the wait: the promise rejects with the signal's reason. The records go their way. Default: none. */
  readonly signal?: AbortSignal | undefined
}

/** Options of `sendAll`. */
export interface SendAllOptions {
  /** Ends the pulling: the outcomes of what was taken still come, then the iteration throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /**
   * How many records may be between the source and the consumer: on their way, or with an outcome that was not asked for
   * yet. 1 or more, default 10000. `bufferMemory` limits those on their way as well.
   */
  readonly maxOutstanding?: number | undefined
}

/** The outcome of one record of `sendAll`: `error` tells which of the two. */
export type SendOutcome<K = Uint8Array | string, V = Uint8Array | string> =
  /** It was stored. */
  | {
      /** Its place in the source, from 0. */
      readonly index: number
      /** No error. */
      readonly error: null
      /** Where it was stored. */
      readonly metadata: RecordMetadata
    }
  /** It failed. */
  | {
      /** Its place in the source, from 0. */
      readonly index: number
      /** Why, and whether it may have been stored all the same. */
      readonly error: KafkaError
      /** Nowhere. */
      readonly metadata: null
      /** The record as the source gave it. */
      readonly record: ProducerRecord<K, V>
    }

/** Options of `writable`. */
export interface WritableOptions {
  /**
   * Records that the stream holds before it asks its source to pause; what it has handed to the producer does not count.
   * 1 or more, default 16.
   */
  readonly highWaterMark?: number | undefined
}

/** Options of `close`. */
export interface CloseOptions {
  /** How long to go on sending what was accepted, in ms; then the rest fails with `PRODUCER_CLOSED`. Default: no limit. */
  readonly timeoutMs?: number | undefined
}

/** What became of the records whose outcome was missing when `close` was called. */
export interface CloseReport {
  /** Records that were stored as `acks` asks. */
  readonly acknowledged: number
  /** Records that failed by themselves. */
  readonly failed: number
  /** Records that were given up with `PRODUCER_CLOSED` because the time was over. Their errors say which may be stored. */
  readonly abandoned: number
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
   * the record may have been stored. Sends that fail together for one reason may share it. Records of a partition are
   * stored in the order of the calls. The caller may reuse the record and its bytes as soon as the call returns, unless
   * a serializer is asynchronous.
   */
  send(record: ProducerRecord<K, V>, options?: SendOptions): Promise<RecordMetadata>
  /**
   * Sends a record without a promise: `callback` hears of the outcome, once. Returns false, having taken nothing, when
   * there is no memory for the record; {@link Producer.ready} tells when to go on. Interceptors and serializers have seen
   * the record by then, and see it again. Throws for a record that cannot be sent. A callback that throws is logged.
   */
  trySend(record: ProducerRecord<K, V>, callback?: DeliveryCallback): boolean
  /**
   * Resolves when there is room for records again: at once if there is some now, and nobody was refused since the last
   * change. {@link Producer.trySend} may return false all the same, to a record larger than what came free.
   */
  ready(): Promise<void>
  /**
   * Sends the records of a source and gives the outcome of each, in the order of the source. Nothing is pulled before the
   * first outcome is asked for; then the source is pulled as fast as there is room, at most `maxOutstanding` records
   * ahead of the consumer. A record that fails is an outcome like any other.
   *
   * The iteration throws what the source throws, and the error of a producer that takes no records any more, but only
   * after the outcomes of all records that were taken. When the consumer stops (`break`), nothing more is pulled and the
   * source is told; records that were taken go their way. Throws `INVALID_ARGUMENT` at once when `records` cannot be
   * iterated.
   */
  sendAll(
    records: Iterable<ProducerRecord<K, V>> | AsyncIterable<ProducerRecord<K, V>>,
    options?: SendAllOptions,
  ): AsyncGenerator<SendOutcome<K, V>, void, undefined>
  /**
   * A stream (WHATWG) that sends what is written to it, for `pipeTo` and the like. It takes records as fast as there is
   * room. Closing it sends everything at once and waits until all of its records are stored. After the first that fails
   * it takes no more, waits for the outcomes of the others, and then errors with a `StreamError` that tells how many
   * failed. Aborting it calls nothing back. It never closes the producer.
   */
  writable(options?: WritableOptions): WritableStream<ProducerRecord<K, V>>
  /** Sends everything at once and resolves when every `send` before this call has its outcome, whatever it is (PRD-11). */
  flush(options?: FlushOptions): Promise<void>
  /** The partitions of a topic; waits for metadata up to `maxBlockMs` (PRD-13). */
  partitionsFor(topic: string): Promise<readonly PartitionDescription[]>
  /**
   * The producer's metrics under Kafka's names (`producer-metrics`, `producer-topic-metrics`, `producer-node-metrics`).
   * Values are computed when they are read; none are left after `close`.
   */
  metrics(): readonly Metric[]
  /**
   * Takes no more records, sends what was accepted, then frees everything: sockets, timers, plugins. With `timeoutMs` it
   * gives up after that time, with 0 at once. Resolves in any case, with what became of the records that were on their
   * way; a second call resolves with the first (PRD-14).
   */
  close(options?: CloseOptions): Promise<CloseReport>
}
