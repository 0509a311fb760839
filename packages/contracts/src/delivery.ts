import type { KafkaError } from './errors.ts'
import type { RequestPlane } from './requests.ts'

/** A partition. One object for each partition and producer, so it can be a key in a `Map`. */
export interface PartitionRef {
  /** Topic name. */
  readonly topic: string
  /** Partition number. */
  readonly partition: number
}

/** What marks a batch as part of an exactly-once stream (KIP-98). */
export interface ProducerStamp {
  /** Producer id. */
  readonly producerId: bigint
  /** 0 to 32767. */
  readonly producerEpoch: number
  /** Sequence of the first record, 0 to 2147483647. */
  readonly baseSequence: number
  /** Whether the batch belongs to a transaction. */
  readonly transactional: boolean
}

/** A batch as a {@link DeliveryGuard} sees it. One object for the batch's whole life. */
export interface GuardedBatch {
  /** Where it goes. */
  readonly partition: PartitionRef
  /** Number of records; final once the batch was stamped. */
  readonly recordCount: number
  /** How often it was handed to a connection. */
  readonly attempts: number
  /** True while a request with it waits for an answer. */
  readonly inFlight: boolean
  /** True once an attempt ended without a clear answer: the broker may have stored it. */
  readonly maybePersisted: boolean
  /** What the guard stamped it with; `null` before its first drain. */
  readonly stamp: ProducerStamp | null
}

/** Why an attempt at a batch did not succeed. */
export interface BatchFailure {
  /** Kafka's number of the error. */
  readonly errorCode: number
  /** The error as it would reach the application. */
  readonly error: KafkaError
  /** First offset that the broker still has, -1 when it did not say. */
  readonly logStartOffset: bigint
}

/** What is to become of a batch after a failed attempt. */
export type Verdict =
  /** Count it as stored, at an unknown offset. */
  | 'complete'
  /** Send it again, unchanged but for what the guard restamps. Counts as `fail` when no retries or time are left. */
  | 'retry'
  /** Fail its records. */
  | 'fail'

/**
 * Decides what may be sent when and how often: idempotence and transactions plug in here. The sender *asks* it,
 * synchronously, and *tells* it what became of batches; never anything per record. It must not throw; what it throws
 * all the same is logged, and a question then counts as answered with *no* or *fail*.
 *
 * Order of events for a batch: `onOpened`, `mayDrain`, `stamp`, then `judge` for each failed attempt, then exactly one
 * of `onCompleted`, `onFailed`, `onExpired`, `onAbandoned` or `onSplit`.
 */
export interface DeliveryGuard {
  /** Shown in logs, for example `idempotence`. */
  readonly name: string
  /** Set in produce requests; `null` outside transactions. */
  readonly transactionalId: string | null
  /** Why records are refused now, `null` when they are accepted. Read once for each `send`. */
  readonly refusal: KafkaError | null
  /** Highest version of Produce that may be used now (KIP-890); absent, no limit. */
  readonly maxProduceVersion?: number | undefined

  /** Called once, before anything else, when the producer starts. */
  attach(control: ControlPlane): void
  /** A pass of the sender begins: the place for what must not happen in the middle of one, such as an epoch bump. */
  onPass(now: number): void
  /** The first record of a new batch was appended. */
  onOpened(partition: PartitionRef): void
  /** May this batch, the first in its partition's queue, be sent now? Asked again in later passes, or after `wake`. */
  mayDrain(batch: GuardedBatch): boolean
  /** The stamp of a batch that is drained for the first time. From here on the batch counts as in flight. */
  stamp(batch: GuardedBatch): ProducerStamp
  /** Orders two stamped batches of one partition; negative when `a` goes first. */
  compare(a: GuardedBatch, b: GuardedBatch): number
  /** An attempt failed, with retries and time left or not. Not asked about a batch that is divided instead. */
  judge(batch: GuardedBatch, failure: BatchFailure): Verdict
  /** The batch was stored; `baseOffset` is -1 when unknown. */
  onCompleted(batch: GuardedBatch, baseOffset: bigint): void
  /** The batch failed for good. `retriesLeft`: it was refused, not given up, so the broker has not stored it. */
  onFailed(batch: GuardedBatch, failure: BatchFailure, retriesLeft: boolean): void
  /** `deliveryTimeoutMs` passed. `attempted`: it had been sent before, so its fate is unknown. */
  onExpired(batch: GuardedBatch, attempted: boolean, error: KafkaError): void
  /**
   * The batch was divided; the pieces take its place and have no stamp. Restamp them to keep their place in order. They
   * may have been stored as a whole where the batch may have been.
   */
  onSplit(batch: GuardedBatch, pieces: readonly GuardedBatch[]): void
  /** The producer gave the batch up: forced close, or the guard itself wanted it (`fail`, `failUndrained`, `failAll`). */
  onAbandoned(batch: GuardedBatch): void
  /**
   * A batch was settled while a request with it was out, and now that request is over, answered or not: nothing of the
   * batch is on its way any more. Comes after the event that settled the batch.
   */
  onRequestOver?(batch: GuardedBatch): void
  /** A record failed before it reached a batch: it could not be sent, or its wait ended in vain. */
  onRefused?(error: KafkaError): void
  /** The error as the application is to see it when a record fails with it: `error` itself, changed or not, or another. */
  outcomeOf?(error: KafkaError): KafkaError
  /** `close` was called: no record is taken any more. What is open goes its way; `onClosing` comes when it is settled. */
  onCloseCalled?(): void
  /**
   * A graceful close began: finish what must be finished through the control plane. The producer waits for the promise
   * within its close time-out, still sending batches meanwhile.
   */
  onClosing?(): Promise<void>
  /** The producer has closed; the control plane no longer works. */
  close(): void
}

/** What a {@link DeliveryGuard} may do and ask for. */
export interface ControlPlane extends RequestPlane {
  /** `maxBlockMs` of the producer: how long a call of the application may wait. */
  readonly maxBlockMs: number
  /** Level of a feature that the cluster has agreed on, as its brokers told latest (KIP-584); 0 for one it has not. */
  featureLevel(name: string): number
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason. */
  delay(ms: number, signal?: AbortSignal): Promise<void>
  /** `retryBackoffMs` for the given number of failures so far, with its jitter (KIP-580), in ms. */
  backoffMs(failures: number): number
  /** Makes the sender take a pass soon: an answer to `mayDrain` may have changed. */
  wake(): void
  /**
   * Gives a piece of a divided batch its stamp, or a stamped batch another one. Throws for a stamped batch that is in
   * flight or may have been stored: under another stamp it could be stored twice.
   */
  restamp(batch: GuardedBatch, stamp: ProducerStamp): void
  /** Fails one batch that is not in flight. */
  fail(batch: GuardedBatch, error: KafkaError): void
  /** Fails every record that was never drained, in batches and in sends that wait. */
  failUndrained(error: KafkaError): void
  /** Fails every record, in batches and in sends that wait. */
  failAll(error: KafkaError): void
  /** Sends everything at once and resolves when all batches of this moment have settled. */
  flushed(): Promise<void>
  /** Asks for a metadata update. */
  requestMetadata(): void
}

/**
 * What a delivery plugin gives to the producer: the guard that the sender asks, and what the application may call as
 * `producer.delivery` (`undefined` when there is nothing to call).
 */
export interface Delivery<Handle = undefined> {
  /** Asked and told by the sender. */
  readonly guard: DeliveryGuard
  /** Given to the application. */
  readonly handle: Handle
}
