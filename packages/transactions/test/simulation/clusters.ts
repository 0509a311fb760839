import type { ClusterOptions, VersionLimits } from '@posthorn/testkit'
import type { Draw } from './draw.ts'

/** What brokers can do, by the release that they play. */
export interface Era {
  readonly name: string
  readonly transactionVersion: 0 | 2
  readonly apiVersions: Readonly<Record<string, VersionLimits>>
  /** Whether brokers can tell a late request of one transaction from one of the next. */
  readonly provesAge: boolean
  /** Whether TxnOffsetCommit knows members of groups. */
  readonly knowsMembers: boolean
  /** Whether leaders ask the coordinator before they append (since 3.6). */
  readonly verifies: boolean
  /** Whether transaction.version 2 is agreed on only some time after the start. */
  readonly isUpgraded: boolean
}

const eras: readonly Era[] = [
  {
    name: '4.x',
    transactionVersion: 2,
    apiVersions: {},
    provesAge: true,
    knowsMembers: true,
    verifies: true,
    isUpgraded: false,
  },
  {
    name: '4.x, upgraded on the way',
    transactionVersion: 2,
    apiVersions: {},
    provesAge: false,
    knowsMembers: true,
    verifies: true,
    isUpgraded: true,
  },
  {
    name: '4.x, transaction.version 0',
    transactionVersion: 0,
    apiVersions: {},
    provesAge: false,
    knowsMembers: true,
    verifies: true,
    isUpgraded: false,
  },
  {
    name: '2.8',
    transactionVersion: 0,
    apiVersions: {
      Produce: { max: 9 },
      Metadata: { max: 11 },
      ApiVersions: { max: 3 },
      FindCoordinator: { max: 3 },
      InitProducerId: { max: 4 },
      AddPartitionsToTxn: { max: 3 },
      AddOffsetsToTxn: { max: 3 },
      EndTxn: { max: 3 },
      TxnOffsetCommit: { max: 3 },
    },
    provesAge: false,
    knowsMembers: true,
    verifies: false,
    isUpgraded: false,
  },
  {
    name: '2.4',
    transactionVersion: 0,
    apiVersions: {
      Produce: { max: 8 },
      Metadata: { max: 9 },
      ApiVersions: { max: 3 },
      FindCoordinator: { max: 3 },
      InitProducerId: { max: 2 },
      AddPartitionsToTxn: { max: 1 },
      AddOffsetsToTxn: { max: 1 },
      EndTxn: { max: 1 },
      TxnOffsetCommit: { max: 2 },
    },
    provesAge: false,
    knowsMembers: false,
    verifies: false,
    isUpgraded: false,
  },
]

/** Topics that are produced to, with their partitions, and the one that is consumed. */
export interface Layout {
  readonly brokers: number
  readonly topics: Readonly<Record<string, number>>
}

/** Topic whose offsets are committed. */
export const INPUT = 'input'
/** Its partitions. */
export const INPUT_PARTITIONS = 2

/** A release. */
export function drawEra({ chance, pick }: Draw): Era {
  return chance(0.4) ? (eras[0] as Era) : pick(eras.slice(1))
}

/** Brokers and topics. */
export function drawLayout({ below }: Draw): Layout {
  return { brokers: 1 + below(3), topics: { orders: 1 + below(4), audits: 1 + below(3) } }
}

/** The options of a cluster. */
export function clusterOf(
  { random, chance, below }: Draw,
  era: Era,
  { brokers, topics }: Layout,
): Omit<ClusterOptions, 'clock'> {
  const latency = random() * 5
  return {
    brokers,
    random,
    topics: Object.fromEntries(
      Object.entries({ ...topics, [INPUT]: INPUT_PARTITIONS }).map(([name, partitions]) => [
        name,
        { partitions, replicationFactor: brokers },
      ]),
    ),
    latencyMs: () => random() * latency,
    transactionVersion: era.transactionVersion,
    apiVersions: era.apiVersions,
    transactionPartitionVerification: era.verifies,
    transactionMarkerMs: chance(0.4) ? below(400) : 0,
    coordinatorLoadMs: below(200),
  }
}
