import {
  ErrorCode,
  type NodeEndpoint,
  produce as api,
  type ProduceRequest,
  type ProduceRequestPartition,
  type ProduceRequestTopic,
  type ProduceResponse,
  type ProduceResponsePartition,
} from '@posthorn/protocol'
import { appendBatch } from '../cluster/appendBatch.ts'
import { checkShape, type Refusal } from '../cluster/checkBatch.ts'
import type { ClusterState } from '../cluster/clusterState.ts'
import type { Partition, Topic } from '../cluster/topic.ts'
import { type ApiHandler, closeConnection, noAnswer, type Outcome, type RequestContext } from './apiHandler.ts'
import { leadershipError } from './leadership.ts'
import { joinTransaction, previousEnd } from './transactionalProduce.ts'

/**
 * Produce, versions 3 to 13; advertised from 0 on, as Kafka 4 does for the sake of old clients (KAFKA-18659).
 *
 * - One batch in format v2 per partition, checked as a leader checks it: size, checksum, counts, keys of compacted
 *   topics, timestamps, and the producer's sequences. The stored batch has its offset and leader epoch.
 * - acks -1 and 1 are answered at once, since all replicas are one; -1 is refused below `minInsyncReplicas`. With 0
 *   nothing is answered, and an error closes the connection.
 * - A transactional batch needs the request's transactional id, else TRANSACTIONAL_ID_AUTHORIZATION_FAILED. Its
 *   partition must be in the transaction; from version 12 on it is added (KIP-890). See `transactionalProduce.ts`.
 * - Write on the topic is needed, else TOPIC_AUTHORIZATION_FAILED for its partitions, and on the transactional id.
 * - Another leader is named from version 10 on (KIP-951). From version 13 on topics have ids (KIP-516).
 * - The answer to a duplicate carries the batch's largest timestamp as its append time, as Kafka's does.
 * - Refusals explain themselves in `errorMessage`, also where Kafka leaves that to the error's number.
 */
export const produce: ApiHandler<ProduceRequest, ProduceResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  advertisedMinVersion: 0,
  topics: (request, { cluster }) => request.topics.flatMap((asked) => topicOf(asked, cluster)?.name ?? asked.name),
  authorize: ({ transactionalId }, { cluster, session }) =>
    transactionalId === null || cluster.authorizer.may(session.principal, 'Write', 'transactionalId', transactionalId)
      ? ErrorCode.NONE
      : ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
  handle(request, context) {
    const ended = previousEnd(request, context.version, context.cluster)
    return ended === undefined ? produceAll(request, context) : ended.then(() => produceAll(request, context))
  },
  fail(request, errorCode) {
    const topics = request.topics.map(({ name, topicId, partitions }) => ({
      name,
      topicId,
      partitions: partitions.map(({ index }) => refused(index, { errorCode, message: null })),
    }))
    return answer(request, { topics, throttleTimeMs: 0, nodeEndpoints: [] })
  },
}

function produceAll(request: ProduceRequest, context: RequestContext): Outcome<ProduceResponse> {
  const leaders = new Set<number>()
  const topics = request.topics.map((asked) => {
    const topic = topicOf(asked, context.cluster)
    const partitions = asked.partitions.map((data) => {
      const result = produceTo(topic, asked, data, request, context)
      if (result.currentLeader !== null) leaders.add(result.currentLeader.leaderId)
      return result
    })
    return { name: asked.name, topicId: asked.topicId, partitions }
  })
  return answer(request, { topics, throttleTimeMs: 0, nodeEndpoints: endpoints(leaders, context) })
}

function answer(request: ProduceRequest, response: ProduceResponse): Outcome<ProduceResponse> {
  if (request.acks !== 0) return response
  const failed = response.topics.some((topic) => topic.partitions.some((it) => it.errorCode !== ErrorCode.NONE))
  return failed ? closeConnection : noAnswer
}

function produceTo(
  topic: Topic | undefined,
  asked: ProduceRequestTopic,
  { index, records }: ProduceRequestPartition,
  { acks, transactionalId }: ProduceRequest,
  { cluster, broker, version, session }: RequestContext,
): ProduceResponsePartition {
  const refuse = (errorCode: number): ProduceResponsePartition => refused(index, { errorCode, message: null })
  if (acks < -1 || acks > 1) return refuse(ErrorCode.INVALID_REQUIRED_ACKS)
  if (topic === undefined) {
    return refuse(asked.name === '' ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  }
  if (!cluster.authorizer.may(session.principal, 'Write', 'topic', topic.name)) {
    return refuse(ErrorCode.TOPIC_AUTHORIZATION_FAILED)
  }
  const batch = checkShape(records, version)
  if ('errorCode' in batch) return refused(index, batch)
  if (batch.isTransactional && transactionalId === null) return refuse(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
  const partition = topic.partitions[index]
  const errorCode = leadershipError(partition, broker.id)
  if (partition === undefined) return refuse(errorCode)
  if (errorCode !== ErrorCode.NONE) return { ...refuse(errorCode), currentLeader: currentLeader(partition) }
  if (batch.isTransactional && transactionalId !== null) {
    const refusal = joinTransaction(partition, batch, transactionalId, version, cluster)
    if (refusal !== undefined) return refused(index, refusal)
  }
  if (acks === -1 && cluster.inSync(partition).length < topic.config.minInsyncReplicas) {
    return refuse(ErrorCode.NOT_ENOUGH_REPLICAS)
  }
  const appended = appendBatch(partition, batch, cluster)
  const logStartOffset = partition.log.startOffset
  if ('errorCode' in appended) return refused(index, appended, logStartOffset)
  const isAppendTime = appended.duplicate || topic.config.messageTimestampType === 'LogAppendTime'
  return {
    ...refuse(ErrorCode.NONE),
    baseOffset: appended.batch.baseOffset,
    logAppendTimeMs: isAppendTime ? Number(appended.batch.maxTimestamp) : -1,
    logStartOffset,
  }
}

function refused(index: number, refusal: Refusal, logStartOffset = -1n): ProduceResponsePartition {
  return {
    index,
    errorCode: refusal.errorCode,
    baseOffset: -1n,
    logAppendTimeMs: -1,
    logStartOffset: withoutLogStart.has(refusal.errorCode) ? -1n : logStartOffset,
    recordErrors: refusal.records ?? [],
    errorMessage: refusal.message,
    currentLeader: null,
  }
}

/** Refusals in which Kafka does not look at the log. */
const withoutLogStart: ReadonlySet<number> = new Set<number>([ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.CORRUPT_MESSAGE])

function currentLeader(partition: Partition): ProduceResponsePartition['currentLeader'] {
  return { leaderId: partition.leader, leaderEpoch: partition.leaderEpoch }
}

function endpoints(leaders: Iterable<number>, { cluster, listener }: RequestContext): NodeEndpoint[] {
  return [...leaders].flatMap((id) => {
    const broker = cluster.brokers[id]
    return broker === undefined ? [] : [{ nodeId: id, ...broker.address(listener), rack: null }]
  })
}

function topicOf(asked: ProduceRequestTopic, cluster: ClusterState): Topic | undefined {
  return asked.name === '' ? cluster.topicById(asked.topicId) : cluster.topic(asked.name)
}
