import type {
  BrokerCompatibility,
  Checksum,
  Clock,
  Codec,
  Delivery,
  Hooks,
  Interceptor,
  Logger,
  Partitioner,
  Plugin,
  SaslMechanism,
  Serializer,
  Transport,
} from '@posthorn/contracts'
import type { ProducerSettings } from './defaults.ts'

/**
 * What a producer is assembled from. Keys are the Java client's in camelCase, with its defaults; those that name a class
 * there take a plugin here. An unknown key is refused.
 */
export interface ProducerOptions<K, V, Handle = undefined> extends Partial<ProducerSettings> {
  /** `bootstrap.servers`: addresses `host:port` to find the cluster by, as a list or separated by commas. Required. */
  readonly bootstrapServers: readonly string[] | string
  /** `client.id`: the name sent to brokers. Default `producer-<n>`. */
  readonly clientId?: string
  /** `client.rack`: where this client runs, for partitioners that prefer brokers nearby. Default empty: unknown. */
  readonly clientRack?: string | undefined
  /** `acks`: who must have stored a record before it counts as delivered. Default `all`. */
  readonly acks?: 'all' | -1 | 0 | 1
  /**
   * `metadata.recovery.strategy`: whether the bootstrap addresses are asked again when no known broker can be reached
   * (KIP-899). Default `rebootstrap`.
   */
  readonly metadataRecoveryStrategy?: 'rebootstrap' | 'none' | undefined
  /** Moves bytes to brokers. Required. */
  readonly transport: Plugin<Transport>
  /** `sasl.mechanism`: says who we are on each connection. Default none: brokers are not told. */
  readonly sasl?: Plugin<SaslMechanism> | undefined
  /** `compression.type`: compresses batches. Default none. */
  readonly compression?: Plugin<Codec> | undefined
  /** `partitioner.class`: chooses partitions for records that name none. Required. */
  readonly partitioner: Plugin<Partitioner>
  /** `key.serializer`. Default: strings as UTF-8 and bytes as they are. */
  readonly keySerializer?: Plugin<Serializer<K>> | undefined
  /** `value.serializer`. Default: strings as UTF-8 and bytes as they are. */
  readonly valueSerializer?: Plugin<Serializer<V>> | undefined
  /** Idempotence or transactions. Default none: order is kept, a retry may store a record twice. */
  readonly delivery?: Plugin<Delivery<Handle>> | undefined
  /** `interceptor.classes`, in order. */
  readonly interceptors?: readonly Plugin<Interceptor<NoInfer<K>, NoInfer<V>>>[] | undefined
  /** What watches the producer. */
  readonly hooks?: readonly Plugin<Hooks>[] | undefined
  /** Speaks to brokers before Kafka 0.11: `@posthorn/legacy-brokers`. Default none: such a broker is refused. */
  readonly legacyBrokers?: Plugin<BrokerCompatibility> | undefined
  /** CRC-32C. Default: in JavaScript. */
  readonly checksum?: Plugin<Checksum> | undefined
  /** Where time comes from. Default: the system. */
  readonly clock?: Clock | undefined
  /** Where chance comes from, uniform in [0, 1). Default: `Math.random`. */
  readonly random?: (() => number) | undefined
  /** Where log lines go. Default: nowhere. */
  readonly logger?: Logger | undefined
}

/** Keys of {@link ProducerOptions} with values of their own kind. */
export const stringKeys = [
  'bootstrapServers',
  'clientId',
  'clientRack',
  'acks',
  'metadataRecoveryStrategy',
  'random',
] as const

/** Keys of {@link ProducerOptions} that take plugins and parts. */
export const pluginKeys = [
  'transport',
  'sasl',
  'compression',
  'partitioner',
  'keySerializer',
  'valueSerializer',
  'delivery',
  'interceptors',
  'hooks',
  'legacyBrokers',
  'checksum',
  'clock',
  'logger',
] as const
