import type { Codec, Delivery, Partitioner, Plugin, Transport } from '@posthorn/contracts'
import type { ProducerOptions as CoreOptions } from '@posthorn/core'
import type { SaslOption } from './sasl.ts'
import type { TransactionOptions, Transactions } from '@posthorn/transactions'
import type { TlsOptions } from '@posthorn/transport-tls'

/** Codecs that come with this package, by Kafka's names. A codec's library is loaded only when a producer uses it. */
export type CompressionType = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** What the assembled producer adds to the core's options, or fills in. */
export interface AssemblyOptions<Handle> {
  /** Moves bytes to brokers. Default: `tcp()`, or what `tls` stands for. */
  readonly transport?: Plugin<Transport> | undefined
  /**
   * Speaks TLS to brokers: `true` with the authorities that Node trusts, or the options of `tls()`, such as `{ ca }`. Not
   * together with `transport`. Default: none, and whoever sees what is sent can read it.
   */
  readonly tls?: true | TlsOptions | undefined
  /**
   * `sasl.mechanism` and what belongs to it: `{ mechanism: 'SCRAM-SHA-512', username, password }`, or a mechanism such as
   * `scramSha512({ … })`. Default none: brokers are not told who we are.
   */
  readonly sasl?: SaslOption | undefined
  /** `compression.type`: a name, or a codec such as `gzip({ level: 9 })`. Default `none`. */
  readonly compression?: CompressionType | Plugin<Codec> | undefined
  /** `partitioner.class`. Default: the Java client's choice, `murmur2Sticky()`. */
  readonly partitioner?: Plugin<Partitioner> | undefined
  /** What keeps the promise of exactly once. Default: `idempotence()` unless `enableIdempotence` or `acks` say otherwise. */
  readonly delivery?: Plugin<Delivery<Handle>> | undefined
  /**
   * `enable.idempotence`: no duplicates, and order kept with up to five requests in flight. Default true; off by
   * default when `acks` is not `all` or `retries` is 0 (KIP-679). Not together with `delivery`.
   */
  readonly enableIdempotence?: boolean | undefined
}

/** Options of the assembled producer. Only `bootstrapServers` is required. */
export type ProducerOptions<K = Uint8Array | string, V = Uint8Array | string, Handle = undefined> = Omit<
  CoreOptions<K, V, Handle>,
  keyof AssemblyOptions<Handle>
> &
  AssemblyOptions<Handle> & {
    /** `transactional.id`: makes the producer transactional, see {@link TransactionalProducerOptions}. Default: none. */
    readonly transactionalId?: undefined
    /** `transaction.timeout.ms`: only together with `transactionalId`. */
    readonly transactionTimeoutMs?: undefined
  }

/**
 * Options of a transactional producer: `transactionalId`, and `transactionTimeoutMs` if need be, stand for
 * `delivery: transactions({ … })`. `clientId` is `producer-<transactionalId>` by default. What transactions rest on cannot
 * be switched off: `acks` other than `all`, `retries: 0` and `enableIdempotence: false` are refused.
 */
export type TransactionalProducerOptions<K = Uint8Array | string, V = Uint8Array | string> = Omit<
  ProducerOptions<K, V, Transactions>,
  'acks' | 'delivery' | 'enableIdempotence' | keyof TransactionOptions
> &
  TransactionOptions & {
    /** `acks`: always `all`. */
    readonly acks?: 'all' | -1
    /** `enable.idempotence`: always true. */
    readonly enableIdempotence?: true | undefined
    /** Not together with `transactionalId`. */
    readonly delivery?: undefined
  }
