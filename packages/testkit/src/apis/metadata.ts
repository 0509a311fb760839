import {
  ErrorCode,
  metadata as api,
  type MetadataPartition,
  type MetadataRequest,
  type MetadataRequestTopic,
  type MetadataResponse,
  type MetadataTopic,
  NO_AUTHORIZED_OPERATIONS,
  ZERO_UUID,
} from '@posthorn/protocol'
import type { ClusterState } from '../cluster/clusterState.ts'
import { isTopicName, type Partition, type Topic } from '../cluster/topic.ts'
import type { ApiHandler, RequestContext } from './apiHandler.ts'

/**
 * Metadata, versions 0 to 13.
 *
 * - Lists the brokers that run, with the addresses of the listener that the request came in by.
 * - A topic that does not exist is created when the request and the cluster allow it. The answer is still
 *   UNKNOWN_TOPIC_OR_PARTITION, as from a Kafka that keeps its metadata in KRaft: the client asks again.
 * - Illegal names get INVALID_TOPIC_EXCEPTION; a partition without a leader LEADER_NOT_AVAILABLE and leader -1.
 * - A topic that the client may not describe gets TOPIC_AUTHORIZATION_FAILED, and is left out where all are asked for;
 *   so does one that would have to be created and may not.
 * - From version 12 on topics are found by id too; an unknown id gets UNKNOWN_TOPIC_ID and no name.
 */
export const metadata: ApiHandler<MetadataRequest, MetadataResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  topics: (request, { cluster }) => (request.topics ?? []).flatMap((asked) => nameOf(asked, cluster) ?? []),
  handle(request, context) {
    const { cluster } = context
    const topics =
      request.topics === null
        ? cluster.topics.filter(({ name }) => mayDescribe(name, context)).map((topic) => described(topic, cluster))
        : request.topics.map((asked) => answered(asked, request.allowAutoTopicCreation, context))
    return response(topics, ErrorCode.NONE, context)
  },
  fail(request, errorCode, context) {
    const names = request.topics?.map((asked) => nameOf(asked, context.cluster)) ?? []
    const topics = names.map((name) => withError(errorCode, name ?? null))
    return response(topics, topics.length === 0 ? errorCode : ErrorCode.NONE, context)
  },
}

function nameOf(asked: MetadataRequestTopic, cluster: ClusterState): string | undefined {
  return asked.name ?? cluster.topicById(asked.topicId)?.name
}

function mayDescribe(name: string, { cluster, session }: RequestContext): boolean {
  return cluster.authorizer.may(session.principal, 'Describe', 'topic', name)
}

function mayCreate(name: string, { cluster, session }: RequestContext): boolean {
  const { authorizer } = cluster
  const { principal } = session
  return authorizer.may(principal, 'Create', 'cluster') || authorizer.may(principal, 'Create', 'topic', name)
}

function answered(asked: MetadataRequestTopic, create: boolean, context: RequestContext): MetadataTopic {
  const { cluster } = context
  const denied = ErrorCode.TOPIC_AUTHORIZATION_FAILED
  if (asked.name === null) {
    const byId = cluster.topicById(asked.topicId)
    if (byId !== undefined && !mayDescribe(byId.name, context)) return withError(denied, null, asked.topicId)
    return byId === undefined ? withError(ErrorCode.UNKNOWN_TOPIC_ID, null, asked.topicId) : described(byId, cluster)
  }
  if (!mayDescribe(asked.name, context)) return withError(denied, asked.name)
  const topic = cluster.topic(asked.name)
  if (topic !== undefined) return described(topic, cluster)
  if (!isTopicName(asked.name)) return withError(ErrorCode.INVALID_TOPIC_EXCEPTION, asked.name)
  if (create && cluster.settings.autoCreateTopics) {
    if (!mayCreate(asked.name, context)) return withError(denied, asked.name)
    cluster.createTopic(asked.name)
  }
  return withError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, asked.name)
}

function described(topic: Topic, cluster: ClusterState): MetadataTopic {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: false,
    partitions: topic.partitions.map((partition) => describedPartition(partition, cluster)),
    topicAuthorizedOperations: NO_AUTHORIZED_OPERATIONS,
  }
}

function describedPartition(partition: Partition, cluster: ClusterState): MetadataPartition {
  const isrNodes = cluster.inSync(partition)
  return {
    errorCode: partition.leader === -1 ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.NONE,
    partitionIndex: partition.index,
    leaderId: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: partition.replicas,
    isrNodes,
    offlineReplicas: partition.replicas.filter((id) => !isrNodes.includes(id)),
  }
}

function withError(errorCode: number, name: string | null, topicId: string = ZERO_UUID): MetadataTopic {
  const topicAuthorizedOperations = NO_AUTHORIZED_OPERATIONS
  return { errorCode, name, topicId, isInternal: false, partitions: [], topicAuthorizedOperations }
}

function response(
  topics: readonly MetadataTopic[],
  errorCode: number,
  { cluster, listener }: RequestContext,
): MetadataResponse {
  const alive = cluster.aliveBrokers
  return {
    throttleTimeMs: 0,
    brokers: alive.map((broker) => ({ nodeId: broker.id, ...broker.address(listener), rack: null })),
    clusterId: cluster.clusterId,
    controllerId: alive[0]?.id ?? -1,
    topics,
    clusterAuthorizedOperations: NO_AUTHORIZED_OPERATIONS,
    errorCode,
  }
}
