import { ErrorCode } from '@posthorn/protocol'
import type { Partition } from '../cluster/topic.ts'

/**
 * Why a broker may not serve a partition as its leader; NONE when it may. `epoch` is the leader epoch that the client
 * believes in, -1 for none (KIP-320).
 */
export function leadershipError(partition: Partition | undefined, broker: number, epoch = -1): number {
  if (partition === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  if (partition.leader !== broker) return ErrorCode.NOT_LEADER_OR_FOLLOWER
  if (epoch === -1 || epoch === partition.leaderEpoch) return ErrorCode.NONE
  return epoch < partition.leaderEpoch ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH
}
