import {
  type FetchRequest,
  type MetadataRequest,
  type ProduceRequest,
  type ProduceResponse,
  type ProduceResponsePartition,
  ZERO_UUID,
} from '@posthorn/protocol'

/** A produce request with one batch. */
export function produceRequest(
  topic: string,
  partition: number,
  records: Uint8Array | null,
  { acks = -1, topicId = ZERO_UUID }: { acks?: number; topicId?: string } = {},
): ProduceRequest {
  const topics = [{ name: topic, topicId, partitions: [{ index: partition, records }] }]
  return { transactionalId: null, acks, timeoutMs: 30_000, topics }
}

/** The answer for the only partition of a produce request. */
export function onlyPartition(response: ProduceResponse): ProduceResponsePartition {
  return response.topics[0]!.partitions[0]!
}

/** A metadata request for topics by name, or for all. */
export function metadataRequest(names: readonly string[] | null, create = true): MetadataRequest {
  return {
    topics: names?.map((name) => ({ name, topicId: ZERO_UUID })) ?? null,
    allowAutoTopicCreation: create,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  }
}

/** A fetch request for one partition. */
export function fetchRequest(
  topic: string,
  partition: number,
  fetchOffset: bigint,
  more: Partial<FetchRequest> & { partitionMaxBytes?: number; topicId?: string } = {},
): FetchRequest {
  const { partitionMaxBytes = 1 << 20, topicId = ZERO_UUID, ...rest } = more
  return {
    clusterId: null,
    replicaId: -1,
    maxWaitMs: 0,
    minBytes: 1,
    maxBytes: 1 << 24,
    isolationLevel: 0,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [
      {
        name: topic,
        topicId,
        partitions: [
          {
            index: partition,
            currentLeaderEpoch: -1,
            fetchOffset,
            lastFetchedEpoch: -1,
            logStartOffset: -1n,
            partitionMaxBytes,
          },
        ],
      },
    ],
    forgottenTopics: [],
    rackId: '',
    ...rest,
  }
}
