import type { Api } from './api.ts'
import type { Codec } from './codec.ts'
import type { PartitionRef } from './delivery.ts'

/** The versions of one API that a broker speaks. */
export interface ApiRange {
  /** Kafka's API key. */
  readonly apiKey: number
  /** Lowest version. */
  readonly minVersion: number
  /** Highest version. */
  readonly maxVersion: number
}

/** The records of a batch as they were appended: in format v2, not compressed. */
export interface AppendedRecords {
  /** Where they go. */
  readonly partition: PartitionRef
  /** How many. */
  readonly recordCount: number
  /** What the records' timestamps count from, in ms. */
  readonly baseTimestamp: number
  /** The records one after another, without the batch's header. Unchanged until the result of the call is there. */
  readonly records: Uint8Array
}

/** A request to Produce before version 3. */
export interface OldProduceRequest {
  /** -1 for all in-sync replicas, 1 for the leader, 0 for no answer at all. */
  readonly acks: number
  /** Time that the broker may wait for replicas, in ms. */
  readonly timeoutMs: number
  /** What goes where; each partition at most once. */
  readonly topics: readonly {
    readonly name: string
    readonly partitions: readonly { readonly index: number; readonly messages: Uint8Array }[]
  }[]
}

/** An answer to Produce before version 3. */
export interface OldProduceResponse {
  /** How long the broker kept the answer back because of a quota, in ms; 0 before version 1. */
  readonly throttleTimeMs: number
  /** What became of each partition. */
  readonly topics: readonly {
    readonly name: string
    readonly partitions: readonly {
      readonly index: number
      /** Kafka's error number. */
      readonly errorCode: number
      /** Offset of the first record, -1 with an error. */
      readonly baseOffset: bigint
      /** The broker's time in ms if the topic uses log append time, else -1; always -1 before version 2. */
      readonly logAppendTimeMs: number
    }[]
  }[]
}

/**
 * What it takes to speak to brokers before Kafka 0.11. The producer asks it once for each such connection and once for
 * each batch that goes over one; never for brokers that know record format v2.
 */
export interface BrokerCompatibility {
  /** Shown in logs, for example `legacyBrokers`. */
  readonly name: string
  /**
   * How long to wait for a broker to tell its versions, in ms. One before 0.10 does not: it hangs up or says nothing. 0:
   * no broker is asked.
   */
  readonly askTimeoutMs: number
  /** What a broker is taken to speak that was not asked, or did not answer. */
  readonly assumedVersions: readonly ApiRange[]
  /** Produce in the versions below those that the producer speaks by itself. */
  readonly produce: Api<OldProduceRequest, OldProduceResponse>
  /**
   * The records as messages that a broker whose highest version of Produce is `produceVersion` understands, compressed
   * by `codec`. The result belongs to the caller. Throws or rejects to refuse the batch, with a `KafkaError` that says
   * why. While a promise is pending, the partition waits.
   */
  messages(batch: AppendedRecords, codec: Codec | null, produceVersion: number): Uint8Array | PromiseLike<Uint8Array>
}
