import type { MessageVector } from './vectors.ts'

/** Where our names differ from Kafka's, by API. */
const renamed: Record<string, Record<string, string>> = {
  ApiVersions: {},
  Metadata: {},
  Produce: {
    topicData: 'topics',
    responses: 'topics',
    partitionData: 'partitions',
    partitionResponses: 'partitions',
    batchIndexErrorMessage: 'message',
  },
  InitProducerId: {},
  Fetch: {
    responses: 'topics',
    topic: 'name',
    partition: 'index',
    partitionIndex: 'index',
    forgottenTopicsData: 'forgottenTopics',
  },
  ListOffsets: {},
  AddPartitionsToTxn: {
    v3AndBelowTransactionalId: 'transactionalId',
    v3AndBelowProducerId: 'producerId',
    v3AndBelowProducerEpoch: 'producerEpoch',
    v3AndBelowTopics: 'topics',
    resultsByTopicV3AndBelow: 'topics',
    resultsByPartition: 'partitions',
    partitionErrorCode: 'errorCode',
  },
  AddOffsetsToTxn: {},
  TxnOffsetCommit: { generationIdOrMemberEpoch: 'generationId' },
  EndTxn: {},
  SaslHandshake: {},
  SaslAuthenticate: {},
  GetTelemetrySubscriptions: {},
  PushTelemetry: {},
  FindCoordinator: { coordinatorKeys: 'keys' },
}

/** What followers alone get; we skip it. */
const skipped = new Set(['divergingEpoch', 'snapshotId', 'replicaState', 'replicaDirectoryId'])

/** The body of a vector in our names and shape. What the version lacks is absent. */
export function inOurShape(api: string, vector: MessageVector): unknown {
  const body = rename(vector.body, renamed[api] ?? {}) as Record<string, unknown>
  if (api !== 'FindCoordinator' || vector.version >= 4) return body
  const { key, keyType, throttleTimeMs, ...coordinator } = body
  if (vector.kind === 'request') return { keys: [key], ...(keyType === undefined ? {} : { keyType }) }
  return { coordinators: [coordinator], ...(throttleTimeMs === undefined ? {} : { throttleTimeMs }) }
}

/** A decoded body with numbers for bigints and base64 for bytes, as JSON has them. */
export function asJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(asJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asJson(inner)]))
}

function rename(value: unknown, names: Record<string, string>): unknown {
  if (Array.isArray(value)) return value.map((inner) => rename(inner, names))
  if (typeof value !== 'object' || value === null) return value
  const known = Object.entries(value).filter(([name]) => !skipped.has(name))
  return Object.fromEntries(known.map(([name, inner]) => [names[name] ?? name, rename(inner, names)]))
}
