import type { ProducerSettings } from '@posthorn/core'
import type { SaslProperties } from './saslProperties.ts'
import type { TlsProperties } from './tlsProperties.ts'

/** Settings that `createProducer` takes as they are. */
export interface PropertyOptions extends Partial<ProducerSettings> {
  /** `client.id`. */
  readonly clientId?: string
  /** `client.rack`. */
  readonly clientRack?: string
  /** `acks`. */
  readonly acks?: 'all' | -1 | 0 | 1
  /** `metadata.recovery.strategy`. */
  readonly metadataRecoveryStrategy?: 'rebootstrap' | 'none'
  /** `enable.idempotence`. */
  readonly enableIdempotence?: boolean
  /** `transactional.id`. */
  readonly transactionalId?: string
  /** `transaction.timeout.ms`; only together with `transactionalId`. */
  readonly transactionTimeoutMs?: number
}

/** `compression.type`, with the level that the file gives for it. */
export interface CompressionProperties {
  /** Kafka's name of the codec. */
  readonly type: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  /** `compression.<type>.level`; absent: the codec's default. */
  readonly level?: number
}

/** `partitioner.class` and its settings. */
export interface PartitionerProperties {
  /** Whose rules: the Java client's built-in ones, or its `RoundRobinPartitioner`. */
  readonly type: 'murmur2Sticky' | 'roundRobin'
  /** `partitioner.ignore.keys`. */
  readonly ignoreKeys?: boolean
  /** `partitioner.adaptive.partitioning.enable`. */
  readonly adaptive?: boolean
  /** `partitioner.rack.aware`. */
  readonly rackAware?: boolean
}

/** Something in a properties file that has no effect here, and why. */
export interface PropertyWarning {
  /** Java's key. */
  readonly key: string
  /** A sentence without the value, which may be a secret. */
  readonly message: string
}

/** What a Java client's properties file says, as a plain description. Nothing has been opened or read beside it. */
export interface ClientProperties {
  /** `bootstrap.servers`; absent when the file does not say. */
  readonly bootstrapServers?: readonly string[]
  /** Everything that is a plain setting of the producer. */
  readonly options: PropertyOptions
  /** Absent: the file does not say. */
  readonly compression?: CompressionProperties
  /** Absent: the built-in one, as it is by default. */
  readonly partitioner?: PartitionerProperties
  /** `client.dns.lookup`. */
  readonly clientDnsLookup?: 'use_all_dns_ips' | 'resolve_canonical_bootstrap_servers_only'
  /** With `security.protocol` SSL or SASL_SSL. */
  readonly tls?: TlsProperties
  /** With `security.protocol` SASL_PLAINTEXT or SASL_SSL. */
  readonly sasl?: SaslProperties
  /** Keys without effect, in the order of the file. */
  readonly warnings: readonly PropertyWarning[]
}

/** What the reader has to be told. */
export interface PropertiesOptions {
  /**
   * Java's keys that the caller takes care of or does not want: they are passed over. Needed for keys that are refused
   * because leaving them out would change what is stored or who is trusted, such as `value.serializer` of a class of one's
   * own. Default none.
   */
  readonly except?: readonly string[] | undefined
  /**
   * Accepts an empty `ssl.endpoint.identification.algorithm`, which switches off the check that the certificate is the
   * host's: whoever has any certificate of a trusted CA can then read and change everything. Default false: refused.
   */
  readonly allowUnverifiedHostName?: boolean | undefined
}
