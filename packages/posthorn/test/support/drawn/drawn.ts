import type { ClusterOptions, TopicOptions, VersionLimits } from '@posthorn/testkit'
import type { ProducerOptions } from 'posthorn'
import type { Family } from './familiesOfFaults.ts'
import { families } from './familiesOfFaults.ts'
import type { DrawnLogins } from './logins.ts'
import { drawLogins } from './logins.ts'

/** Where chance comes from. */
export interface Dice {
  below(limit: number): number
  pick<T>(from: readonly T[]): T
  chance(share: number): boolean
}

/** What kind of run is wanted; what is not said is drawn. */
export interface Emphasis {
  /** Families of faults that are always at work. */
  readonly always?: readonly Family[]
  /** Families that never are. */
  readonly never?: readonly Family[]
  readonly oldBrokers?: boolean
  readonly littleMemory?: boolean
  readonly badPlugins?: boolean
  /** Brokers want to know who writes, and again when sessions end. */
  readonly logins?: boolean
  /** A codec that holds everything up. */
  readonly slowCodec?: boolean
  readonly acks?: 'all' | 0 | 1
  readonly idempotence?: boolean
}

/** Everything about a run that is fixed before it begins. */
export interface Drawn {
  readonly cluster: Pick<ClusterOptions, 'apiVersions'> & {
    readonly brokers: number
    readonly topics: Readonly<Record<string, TopicOptions & { readonly partitions: number }>>
  }
  readonly options: Partial<ProducerOptions> & {
    readonly deliveryTimeoutMs: number
    readonly maxBlockMs: number
    readonly bufferMemory: number
  }
  readonly families: readonly Family[]
  readonly records: number
  readonly faults: number
  /** Bytes of the largest value, roughly. */
  readonly valueBytes: number
  /** How often plugins fail. */
  readonly badPlugins: number
  readonly compression: 'none' | 'ill' | 'slow'
  /** Bytes on their way above which the transport asks for a pause. */
  readonly highWaterMark: number | undefined
  readonly chunking: boolean
  readonly closesEarly: boolean
  /** Absent: brokers do not ask who writes. */
  readonly logins?: DrawnLogins
}

/** Draws a run. */
export function draw(dice: Dice, emphasis: Emphasis): Drawn {
  const { below, chance, pick } = dice
  const brokers = 1 + below(5)
  const little = emphasis.littleMemory ?? chance(0.2)
  const acks = emphasis.acks ?? pick(['all', 'all', 'all', 'all', 1, 0] as const)
  const idempotent = acks === 'all' && (emphasis.idempotence ?? chance(0.8))
  return {
    cluster: {
      brokers,
      topics: topics(dice, brokers),
      apiVersions: (emphasis.oldBrokers ?? chance(0.3)) ? oldVersions(dice) : {},
    },
    options: { ...options(dice, little), acks, enableIdempotence: idempotent },
    families: (Object.keys(families) as Family[]).filter(
      (name) => emphasis.always?.includes(name) === true || (emphasis.never?.includes(name) !== true && chance(0.35)),
    ),
    records: 30 + below(100),
    faults: 3 + below(12),
    valueBytes: little ? 60 + below(200) : below(120),
    badPlugins: emphasis.badPlugins === true ? 0.1 : pick([0, 0, 0.03]),
    compression: emphasis.slowCodec === true ? 'slow' : chance(0.35) ? 'ill' : 'none',
    chunking: chance(0.3),
    highWaterMark: chance(0.2) ? 100 + below(2000) : undefined,
    closesEarly: chance(0.25),
    // Last, so that runs of other kinds stay as they are.
    ...(emphasis.logins === true && { logins: drawLogins(dice) }),
  }
}

function topics({ below, chance, pick }: Dice, brokers: number): Drawn['cluster']['topics'] {
  const names = ['orders', 'payments', 'audit'].slice(0, 1 + below(3))
  const topic = (): Drawn['cluster']['topics'][string] => ({
    partitions: 1 + below(4),
    replicationFactor: 1 + below(Math.min(3, brokers)),
    messageTimestampType: pick(['CreateTime', 'CreateTime', 'CreateTime', 'LogAppendTime']),
    ...(chance(0.15) && { maxMessageBytes: 250 + below(600) }),
  })
  return Object.fromEntries(names.map((name) => [name, topic()]))
}

/** Brokers from 0.11 on, with versions that need not fit together. */
function oldVersions({ pick, chance }: Dice): Record<string, VersionLimits> {
  return {
    Produce: { max: pick([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) },
    ...(chance(0.7) && { Metadata: { max: pick([1, 4, 5, 7, 8, 9, 10, 11, 12]) } }),
    ...(chance(0.5) && { ApiVersions: { max: pick([0, 1, 2, 3, 4]) } }),
    ...(chance(0.5) && { InitProducerId: { max: pick([0, 1, 2, 3, 4]) } }),
  }
}

function options({ below, chance, pick }: Dice, little: boolean): Drawn['options'] {
  const lingerMs = below(20)
  const requestTimeoutMs = 100 + below(1400)
  const batchSize = pick([0, 1, 100 + below(400), 200 + below(2000)])
  const bufferMemory = little ? Math.max(batchSize, 400) * (1 + below(4)) : 1_000_000
  return {
    lingerMs,
    requestTimeoutMs,
    batchSize,
    bufferMemory,
    deliveryTimeoutMs: lingerMs + requestTimeoutMs + below(3000),
    maxBlockMs: pick([0, 50 + below(3000), 50 + below(3000)]),
    maxInFlightRequestsPerConnection: 1 + below(5),
    retryBackoffMs: below(100),
    retryBackoffMaxMs: 100 + below(400),
    reconnectBackoffMs: below(100),
    reconnectBackoffMaxMs: 100 + below(400),
    socketConnectionSetupTimeoutMs: 50 + below(2000),
    socketConnectionSetupTimeoutMaxMs: 2050 + below(2000),
    metadataRecoveryStrategy: pick(['rebootstrap', 'rebootstrap', 'none']),
    ...(chance(0.2) && { retries: 1 + below(4) }),
    ...(chance(0.2) && { maxRequestSize: 300 + below(2000) }),
    ...(chance(0.2) && { maxWaitingBytes: below(20_000) }),
    ...(chance(0.3) && { connectionsMaxIdleMs: 50 + below(2000) }),
    ...(chance(0.3) && { metadataMaxAgeMs: 300 + below(5000) }),
    ...(chance(0.2) && { metadataMaxIdleMs: 5000 }),
    ...(chance(0.2) && { partitionerAvailabilityTimeoutMs: 1 + below(500) }),
    ...(chance(0.3) && { metadataRecoveryRebootstrapTriggerMs: 50 + below(2000) }),
  }
}
