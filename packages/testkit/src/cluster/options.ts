import type { Clock, Codec } from '@posthorn/contracts'
import { realClock } from '../clock/realClock.ts'
import { seededRandom } from '../random.ts'
import type { Acl } from '../security/acls.ts'
import { type SaslOptions, SaslSettings } from '../security/saslOptions.ts'
import type { TelemetrySubscription } from '../telemetry/telemetry.ts'

/** A topic to create. Names and defaults are those of Kafka's topic configuration, in camelCase. */
export interface TopicOptions {
  /** Number of partitions. Default `defaultPartitions` of the cluster. */
  readonly partitions?: number | undefined
  /** Brokers that hold each partition and can lead it. Default 3, or all brokers when there are fewer. */
  readonly replicationFactor?: number | undefined
  /** `max.message.bytes`: the largest batch, as it is stored. Default `messageMaxBytes` of the cluster. */
  readonly maxMessageBytes?: number | undefined
  /** `message.timestamp.type`. Default `CreateTime`. */
  readonly messageTimestampType?: 'CreateTime' | 'LogAppendTime' | undefined
  /** `message.timestamp.after.max.ms`: how far ahead of the broker's clock a record may be. Default 3600000. */
  readonly messageTimestampAfterMaxMs?: number | undefined
  /** `min.insync.replicas`: below it, acks=all is refused. Default 1. */
  readonly minInsyncReplicas?: number | undefined
  /** `cleanup.policy`. `compact` refuses records without a key; nothing is ever compacted. Default `delete`. */
  readonly cleanupPolicy?: 'delete' | 'compact' | undefined
}

/** The versions of an API that a broker offers; `null` for a broker that does not know the API. */
export type VersionLimits = { readonly min?: number | undefined; readonly max?: number | undefined } | null

/** How the cluster is set up. */
export interface ClusterOptions {
  /** Number of brokers, ids 0 to n - 1. Default 1. */
  readonly brokers?: number | undefined
  /** Where all time comes from. Default the machine's, with timers that do not keep the process alive. */
  readonly clock?: Clock | undefined
  /** Where all chance comes from, or the seed of it. Default seed 1. */
  readonly random?: (() => number) | number | string | undefined
  /** Topics that exist from the start: a number of partitions, or more. */
  readonly topics?: Readonly<Record<string, number | TopicOptions>> | undefined
  /** `auto.create.topics.enable`. Default true. */
  readonly autoCreateTopics?: boolean | undefined
  /** `num.partitions`, for topics that do not say. Default 1. */
  readonly defaultPartitions?: number | undefined
  /** `message.max.bytes`. Default 1048588. */
  readonly messageMaxBytes?: number | undefined
  /** Limits per API, to play older brokers: `{ Produce: { max: 9 }, ApiVersions: null }`. */
  readonly apiVersions?: Readonly<Record<string, VersionLimits>> | undefined
  /** Codecs that the cluster reads records with, beside gzip and zstd of `node:zlib`. They must answer at once. */
  readonly codecs?: readonly Codec[] | undefined
  /** How long bytes take in one direction between a client in memory and a broker, in ms. Default 0. */
  readonly latencyMs?: number | (() => number) | undefined
  /**
   * Level of the feature `transaction.version` (KIP-890): 2, with which the end of every transaction raises the epoch
   * and partitions are added by writing to them, or 0. Default 2.
   */
  readonly transactionVersion?: 0 | 2 | undefined
  /** `transaction.max.timeout.ms`. Default 900000. */
  readonly transactionMaxTimeoutMs?: number | undefined
  /** Time between the answer to EndTxn and the markers in the partitions, in ms; 0 writes them first. Default 0. */
  readonly transactionMarkerMs?: number | undefined
  /**
   * `transaction.partition.verification.enable`: leaders ask the coordinator whether a partition is in a transaction before
   * they append to it. False plays brokers before Kafka 3.6, where a batch that comes late can open a transaction that
   * nobody ends. Default true.
   */
  readonly transactionPartitionVerification?: boolean | undefined
  /** How long a broker that has become a coordinator says COORDINATOR_LOAD_IN_PROGRESS, in ms. Default 50. */
  readonly coordinatorLoadMs?: number | undefined
  /** How clients say who they are (SASL). Default: they are not asked. */
  readonly sasl?: SaslOptions | undefined
  /** Who may do what; everything else is refused. Default: everybody may everything. */
  readonly acls?: readonly Acl[] | undefined
  /**
   * Plays a cluster with a telemetry reporter and this subscription (KIP-714): `{}` for all of its defaults. Default none:
   * the APIs for it are not served.
   */
  readonly telemetry?: TelemetrySubscription | undefined
  /** Requests kept in `history`, and pushes in `telemetry`. Default 10000; of requests never more than 16 MiB. */
  readonly historyLimit?: number | undefined
}

/** {@link ClusterOptions} with every hole filled. */
export interface ClusterSettings {
  readonly brokers: number
  readonly clock: Clock
  readonly random: () => number
  readonly topics: Readonly<Record<string, number | TopicOptions>>
  readonly autoCreateTopics: boolean
  readonly defaultPartitions: number
  readonly messageMaxBytes: number
  readonly apiVersions: Readonly<Record<string, VersionLimits>>
  readonly codecs: readonly Codec[]
  readonly latencyMs: () => number
  readonly transactionVersion: 0 | 2
  readonly transactionMaxTimeoutMs: number
  readonly transactionMarkerMs: number
  readonly transactionPartitionVerification: boolean
  readonly coordinatorLoadMs: number
  readonly sasl: SaslSettings | null
  readonly acls: readonly Acl[] | null
  readonly telemetry: TelemetrySubscription | null
  readonly historyLimit: number
}

const withoutTelemetry: Readonly<Record<string, VersionLimits>> = {
  GetTelemetrySubscriptions: null,
  PushTelemetry: null,
}

/** Fills the holes of `options`; throws a `RangeError` for what cannot be. */
export function clusterSettings(options: ClusterOptions): ClusterSettings {
  const { random = 1, latencyMs = 0, clock = realClock, sasl } = options
  const chance = typeof random === 'function' ? random : seededRandom(random)
  return {
    brokers: atLeastOne('brokers', options.brokers ?? 1),
    clock,
    random: chance,
    sasl: sasl === undefined ? null : new SaslSettings(sasl, clock, chance),
    acls: options.acls ?? null,
    topics: options.topics ?? {},
    autoCreateTopics: options.autoCreateTopics ?? true,
    defaultPartitions: atLeastOne('defaultPartitions', options.defaultPartitions ?? 1),
    messageMaxBytes: options.messageMaxBytes ?? 1_048_588,
    apiVersions: { ...(options.telemetry === undefined && withoutTelemetry), ...options.apiVersions },
    codecs: options.codecs ?? [],
    latencyMs: typeof latencyMs === 'function' ? latencyMs : () => latencyMs,
    transactionVersion: options.transactionVersion ?? 2,
    transactionMaxTimeoutMs: options.transactionMaxTimeoutMs ?? 900_000,
    transactionMarkerMs: options.transactionMarkerMs ?? 0,
    transactionPartitionVerification: options.transactionPartitionVerification ?? true,
    coordinatorLoadMs: options.coordinatorLoadMs ?? 50,
    telemetry: options.telemetry ?? null,
    historyLimit: options.historyLimit ?? 10_000,
  }
}

/** Returns `value`, or throws when it is no whole number of at least 1. */
export function atLeastOne(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value
  throw new RangeError(`${name} must be a whole number of at least 1, not ${value}`)
}
