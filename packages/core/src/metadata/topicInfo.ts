import type { BrokerError } from '@posthorn/contracts'

/** What is known of a partition. */
export interface PartitionInfo {
  /** Broker id, -1 when there is no leader. */
  readonly leaderId: number
  /** -1 when unknown. */
  readonly leaderEpoch: number
  /** Answers in a row that named an older epoch, and were not believed. */
  readonly olderAnswers?: number
}

/** What is known of a topic. A snapshot: changes make a new one. */
export interface TopicInfo {
  readonly name: string
  /** `ZERO_UUID` when unknown. */
  readonly topicId: string
  /** By number; empty while there is an error. */
  readonly partitions: readonly PartitionInfo[]
  /** Numbers of the partitions that have a leader, ascending. */
  readonly available: readonly number[]
  /** Those of `available` whose leader is in the client's rack. */
  readonly availableInRack: readonly number[]
  /** Why the topic cannot be used, if so. */
  readonly error: BrokerError | null
}

/** Makes a snapshot. `isNear`: whether a broker is in the client's rack. */
export function topicInfo(
  name: string,
  topicId: string,
  partitions: readonly PartitionInfo[],
  error: BrokerError | null,
  isNear: (nodeId: number) => boolean,
): TopicInfo {
  const available: number[] = []
  for (let i = 0; i < partitions.length; i++) if ((partitions[i]?.leaderId ?? -1) >= 0) available.push(i)
  const availableInRack = available.filter((i) => isNear(partitions[i]?.leaderId ?? -1))
  return { name, topicId, partitions, available, availableInRack, error }
}
