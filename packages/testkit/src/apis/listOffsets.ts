import {
  EARLIEST_TIMESTAMP,
  ErrorCode,
  LATEST_TIMESTAMP,
  listOffsets as api,
  type ListOffsetsRequest,
  type ListOffsetsRequestPartition,
  type ListOffsetsResponse,
  type ListOffsetsResponsePartition,
  MAX_TIMESTAMP,
} from '@posthorn/protocol'
import type { ClusterState } from '../cluster/clusterState.ts'
import type { StoredBatch, StoredRecord } from '../cluster/storedBatch.ts'
import { storedRecords } from '../cluster/storedRecords.ts'
import type { Partition } from '../cluster/topic.ts'
import type { ApiHandler, RequestContext } from './apiHandler.ts'
import { leadershipError } from './leadership.ts'

/**
 * ListOffsets, versions 1 to 11.
 *
 * - Earliest, latest and largest timestamp (KIP-734), or the first record that is not older than a timestamp.
 * - With isolation level 1 (read committed) the end is the last stable offset, and nothing after it is found.
 * - Only the leader answers; others give NOT_LEADER_OR_FOLLOWER, and a wrong leader epoch its own error.
 */
export const listOffsets: ApiHandler<ListOffsetsRequest, ListOffsetsResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  topics: (request) => request.topics.map((topic) => topic.name),
  handle: (request, context) => each(request, (topic, question) => answer(topic, question, request, context)),
  fail: (request, errorCode) => each(request, (_topic, { partitionIndex }) => none(partitionIndex, errorCode)),
}

function each(
  request: ListOffsetsRequest,
  answered: (topic: string, question: ListOffsetsRequestPartition) => ListOffsetsResponsePartition,
): ListOffsetsResponse {
  return {
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((question) => answered(name, question)),
    })),
  }
}

function answer(
  topic: string,
  question: ListOffsetsRequestPartition,
  { isolationLevel }: ListOffsetsRequest,
  { cluster, broker }: RequestContext,
): ListOffsetsResponsePartition {
  const { partitionIndex, timestamp, currentLeaderEpoch } = question
  const partition = cluster.topic(topic)?.partitions[partitionIndex]
  const errorCode = leadershipError(partition, broker.id, currentLeaderEpoch)
  if (partition === undefined || errorCode !== ErrorCode.NONE) return none(partitionIndex, errorCode)
  const { log, leaderEpoch } = partition
  const at = (offset: bigint, recordTime = -1): ListOffsetsResponsePartition => {
    return { partitionIndex, errorCode, timestamp: recordTime, offset, leaderEpoch }
  }
  const end = isolationLevel === readCommitted ? partition.lastStableOffset : log.endOffset
  if (timestamp === LATEST_TIMESTAMP) return at(end)
  if (timestamp === EARLIEST_TIMESTAMP) return at(log.startOffset)
  const [batch, wanted] =
    timestamp === MAX_TIMESTAMP ? newest(partition) : [firstSince(partition, timestamp), timestamp]
  if (batch === undefined) return at(-1n)
  const record = recordsOf(batch, partition, cluster).find((it) => it.timestamp >= BigInt(wanted))
  return record === undefined || record.offset >= end ? at(-1n) : at(record.offset, Number(record.timestamp))
}

const readCommitted = 1

/** Markers count: they have a timestamp and an offset like others. */
function recordsOf(batch: StoredBatch, partition: Partition, cluster: ClusterState): readonly Dated[] {
  if (batch.control !== null) return [{ offset: batch.baseOffset, timestamp: batch.maxTimestamp }]
  return storedRecords(batch, partition, cluster.settings.codecs)
}

type Dated = Pick<StoredRecord, 'offset' | 'timestamp'>

function firstSince(partition: Partition, timestamp: number): StoredBatch | undefined {
  return partition.log.batches.find((batch) => batch.maxTimestamp >= BigInt(timestamp))
}

function newest(partition: Partition): [StoredBatch | undefined, number] {
  let best: StoredBatch | undefined
  for (const batch of partition.log.batches) {
    if (best === undefined || batch.maxTimestamp > best.maxTimestamp) best = batch
  }
  return [best, Number(best?.maxTimestamp ?? -1n)]
}

function none(partitionIndex: number, errorCode: number): ListOffsetsResponsePartition {
  return { partitionIndex, errorCode, timestamp: -1, offset: -1n, leaderEpoch: -1 }
}
