import {
  ErrorCode,
  fetch as api,
  type FetchRequest,
  type FetchRequestPartition,
  type FetchRequestTopic,
  type FetchResponse,
  type FetchResponsePartition,
} from '@posthorn/protocol'
import type { ClusterState } from '../cluster/clusterState.ts'
import type { Partition, Topic } from '../cluster/topic.ts'
import type { ApiHandler, RequestContext } from './apiHandler.ts'
import { leadershipError } from './leadership.ts'

/**
 * Fetch, versions 4 to 17.
 *
 * - Waits up to `maxWaitMs` for `minBytes`; an error in any partition ends the wait.
 * - Whole batches from the one that holds the offset on; at least one, however small the limits are.
 * - Errors: OFFSET_OUT_OF_RANGE, unknown topics, other leaders (named from version 12 on, KIP-951), wrong epochs.
 * - Isolation level 1 (read committed) ends at the last stable offset and names the aborted transactions that lie in what
 *   is given; leaving their records out is for the client, as with Kafka.
 * - No sessions (KIP-227): every answer says session 0, so clients send full requests. No other replicas to read from.
 */
export const fetch: ApiHandler<FetchRequest, FetchResponse> = {
  api,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
  topics: (request, { cluster }) => request.topics.flatMap((asked) => topicOf(asked, cluster)?.name ?? asked.name),
  async handle(request, context) {
    if (request.sessionId !== 0) return response(ErrorCode.FETCH_SESSION_ID_NOT_FOUND, [])
    const first = read(request, context)
    if (first.bytes >= request.minBytes || first.failed || request.maxWaitMs <= 0) return first.response
    return waitFor(request, context)
  },
  fail: (request, errorCode) =>
    response(
      ErrorCode.NONE,
      request.topics.map((topic) => ({
        name: topic.name,
        topicId: topic.topicId,
        partitions: topic.partitions.map(({ index }) => none(index, errorCode)),
      })),
    ),
}

interface ReadOnce {
  readonly response: FetchResponse
  readonly bytes: number
  readonly failed: boolean
}

function waitFor(request: FetchRequest, context: RequestContext): Promise<FetchResponse> {
  const { cluster } = context
  return new Promise((resolve) => {
    const look = (late: boolean): void => {
      const { response, bytes, failed } = read(request, context)
      if (!late && bytes < request.minBytes && !failed) return
      timer.cancel()
      for (const stop of stops) stop()
      resolve(response)
    }
    const timer = cluster.settings.clock.schedule(request.maxWaitMs, () => look(true))
    const stops = request.topics.flatMap((asked) => {
      const topic = topicOf(asked, cluster)
      return asked.partitions.flatMap(({ index }) => topic?.partitions[index]?.log.onAppend(() => look(false)) ?? [])
    })
  })
}

function read(request: FetchRequest, context: RequestContext): ReadOnce {
  let left = request.maxBytes
  let bytes = 0
  let failed = false
  const topics = request.topics.map((asked) => {
    const topic = topicOf(asked, context.cluster)
    const partitions = asked.partitions.map((wanted) => {
      const found = readPartition(topic, wanted, { request, asked, maxBytes: left, atLeastOne: bytes === 0 }, context)
      const size = found.records?.length ?? 0
      bytes += size
      left -= size
      failed ||= found.errorCode !== ErrorCode.NONE
      return found
    })
    return { name: asked.name, topicId: asked.topicId, partitions }
  })
  return { response: response(ErrorCode.NONE, topics), bytes, failed }
}

interface Reading {
  readonly request: FetchRequest
  readonly asked: FetchRequestTopic
  readonly maxBytes: number
  /** Gives a batch even if it is larger than the limits. */
  readonly atLeastOne: boolean
}

function readPartition(
  topic: Topic | undefined,
  wanted: FetchRequestPartition,
  { request, asked, maxBytes, atLeastOne }: Reading,
  { broker, version }: RequestContext,
): FetchResponsePartition {
  const { index, fetchOffset, currentLeaderEpoch, partitionMaxBytes } = wanted
  if (topic === undefined && asked.name === '') return none(index, ErrorCode.UNKNOWN_TOPIC_ID)
  const partition = topic?.partitions[index]
  const errorCode = leadershipError(partition, broker.id, currentLeaderEpoch)
  if (partition === undefined) return none(index, errorCode)
  if (errorCode !== ErrorCode.NONE) return version >= 12 ? elsewhere(partition, errorCode) : none(index, errorCode)
  const { log, lastStableOffset, transactions } = partition
  if (fetchOffset < log.startOffset || fetchOffset > log.endOffset) return none(index, ErrorCode.OFFSET_OUT_OF_RANGE)
  const isCommitted = request.isolationLevel === readCommitted
  const end = isCommitted ? lastStableOffset : log.endOffset
  const found = slice(partition, fetchOffset, end, Math.min(maxBytes, partitionMaxBytes), atLeastOne)
  return {
    ...none(index, ErrorCode.NONE),
    highWatermark: log.endOffset,
    lastStableOffset,
    logStartOffset: log.startOffset,
    abortedTransactions: isCommitted ? transactions.abortedIn(fetchOffset, found.end) : null,
    records: found.records,
  }
}

const readCommitted = 1

interface Slice {
  readonly records: Uint8Array
  readonly end: bigint
}

/** Whole batches that begin before `limit`, and the offset after the last of them. */
function slice(partition: Partition, from: bigint, limit: bigint, maxBytes: number, atLeastOne: boolean): Slice {
  const chosen: Uint8Array[] = []
  let size = 0
  let end = from
  const { batches } = partition.log
  for (let i = partition.log.indexOf(from); i < batches.length; i++) {
    const { bytes, baseOffset, lastOffset } = batches[i]!
    if (baseOffset >= limit) break
    if (size + bytes.length > maxBytes && !(atLeastOne && size === 0)) break
    chosen.push(bytes)
    size += bytes.length
    end = lastOffset + 1n
  }
  return { records: Buffer.concat(chosen, size), end }
}

function topicOf(asked: FetchRequestTopic, cluster: ClusterState): Topic | undefined {
  return asked.name === '' ? cluster.topicById(asked.topicId) : cluster.topic(asked.name)
}

function elsewhere(partition: Partition, errorCode: number): FetchResponsePartition {
  const currentLeader = { leaderId: partition.leader, leaderEpoch: partition.leaderEpoch }
  return { ...none(partition.index, errorCode), currentLeader }
}

function none(index: number, errorCode: number): FetchResponsePartition {
  return {
    index,
    errorCode,
    highWatermark: -1n,
    lastStableOffset: -1n,
    logStartOffset: -1n,
    abortedTransactions: null,
    preferredReadReplica: -1,
    records: new Uint8Array(0),
    currentLeader: null,
  }
}

function response(errorCode: number, topics: FetchResponse['topics']): FetchResponse {
  return { throttleTimeMs: 0, errorCode, sessionId: 0, topics, nodeEndpoints: [] }
}
