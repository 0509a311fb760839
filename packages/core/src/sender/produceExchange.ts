import type { KafkaErrorDetails } from '@posthorn/contracts'
import { BrokerError, KafkaError, ProtocolError } from '@posthorn/contracts'
import type { ProduceFrame, ProduceResponse, ProduceResponsePartition, ProduceResponseTopic } from '@posthorn/protocol'
import {
  brokerError,
  decodeProduceResponse,
  encodeProduceFrame,
  ErrorCode,
  errorEntry,
  produce,
  ZERO_UUID,
} from '@posthorn/protocol'
import type { RecordAccumulator } from '../accumulator/accumulator.ts'
import type { ProducerBatch } from '../accumulator/batch.ts'
import type { Metadata } from '../metadata/metadata.ts'
import type { ProducerMetrics } from '../metrics/producerMetrics.ts'
import type { NetworkClient } from '../network/networkClient.ts'
import { pauseAskedFor } from '../network/throttling.ts'
import type { BatchCompletion, FailedAttempt } from './batchCompletion.ts'
import type { OldBrokers } from './oldBrokers.ts'
import type { ProduceDialect } from './produceDialect.ts'
import type { ProduceSettings } from './produceRequest.ts'
import { allHaveIds, produceFrame, TOPIC_IDS_FROM } from './produceRequest.ts'

/** What sending batches needs. */
export interface ProduceExchangeParts {
  readonly client: NetworkClient
  readonly metadata: Metadata
  readonly accumulator: RecordAccumulator
  readonly completion: BatchCompletion
  /** `null`: brokers before Kafka 0.11 are refused. */
  readonly oldBrokers: OldBrokers | null
  readonly clientId: string
  readonly metrics: ProducerMetrics
  readonly settings: ProduceSettings
  now(): number
}

/** First version that carries zstd (KIP-110). */
const ZSTD_FROM = 7

/** Errors of an attempt whose batch may have been appended: replicas were too slow or too few, or nobody knows. */
const uncertainCodes: ReadonlySet<number> = new Set([
  ErrorCode.REQUEST_TIMED_OUT,
  ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
  ErrorCode.UNKNOWN_SERVER_ERROR,
])

/**
 * Whether a batch that was answered so may have been appended. A leader that is replaced, or whose disk or topic goes,
 * while it waits for its followers, answers that it does not lead, although the next leader may hold the batch.
 */
function isUncertain(errorCode: number): boolean {
  const { code, refreshesMetadata } = errorEntry(errorCode)
  return refreshesMetadata || uncertainCodes.has(code)
}

/** One produce request: from drained batches to the completion of each. */
export class ProduceExchange {
  private readonly parts: ProduceExchangeParts

  constructor(parts: ProduceExchangeParts) {
    this.parts = parts
  }

  /** Sends `batches`, which a broker that is ready takes in one request. */
  send(
    nodeId: number,
    batches: readonly ProducerBatch[],
    transactionalId: string | null,
    maxVersion: number,
    codecName: string,
  ): void {
    const { client, metadata, oldBrokers, settings } = this.parts
    const frame = produceFrame(
      batches,
      transactionalId,
      settings,
      (topic) => metadata.topic(topic)?.topicId ?? ZERO_UUID,
    )
    const correlationId = client.correlationIds.next()
    let dialect: ProduceDialect
    try {
      dialect =
        oldBrokers === null || oldBrokers.oldest() === null
          ? this.modern(nodeId, correlationId, frame, maxVersion, codecName)
          : oldBrokers.request(nodeId, correlationId, batches, settings)
    } catch (error) {
      for (const batch of batches) this.refuse(batch, error as KafkaError)
      return
    }
    const { api, version, chunks } = dialect
    for (const batch of batches) {
      batch.attempts++
      batch.nodeId = nodeId
      batch.attemptEpoch = batch.partition.leaderEpoch
      batch.inFlight = true
      batch.pin()
    }
    client.send(nodeId, {
      api,
      version,
      correlationId,
      chunks,
      bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
      expectsResponse: settings.acks !== 0,
      timeoutMs: settings.requestTimeoutMs,
      onReleased: () => this.onReleased(batches),
      onResponse: (body, latencyMs) => this.onResponse(nodeId, batches, namesById(frame), body, dialect, latencyMs),
      onFailure: (error) => this.onFailure(nodeId, batches, error),
    })
  }

  /** Record format v2 as it is, in the highest version that fits. */
  private modern(
    nodeId: number,
    correlationId: number,
    frame: ProduceFrame,
    maxVersion: number,
    codecName: string,
  ): ProduceDialect {
    const { client, clientId } = this.parts
    const limit = allHaveIds(frame) ? maxVersion : Math.min(maxVersion, TOPIC_IDS_FROM - 1)
    const version = client.versions(nodeId).choose(produce, client.nameOf(nodeId), limit)
    if (codecName === 'zstd' && version < ZSTD_FROM) throw noZstd(version, client.nameOf(nodeId))
    return {
      api: produce,
      version,
      chunks: encodeProduceFrame(version, correlationId, clientId, frame),
      decode: (body) => decodeProduceResponse(body, version),
    }
  }

  private onReleased(batches: readonly ProducerBatch[]): void {
    for (const batch of batches) {
      batch.unpin()
      this.parts.accumulator.reclaim(batch)
    }
  }

  private onResponse(
    nodeId: number,
    batches: readonly ProducerBatch[],
    names: ReadonlyMap<string, string>,
    body: Uint8Array,
    dialect: ProduceDialect,
    latencyMs: number,
  ): void {
    const { completion, client, settings, metrics } = this.parts
    if (settings.acks === 0) {
      for (const batch of batches) {
        completion.answered.add(batch, () => {
          completion.release(batch)
          completion.succeed(batch, -1n, -1)
        })
      }
      return
    }
    const response = dialect.decode(body)
    metrics.onProduceResponse(nodeId, latencyMs, response.throttleTimeMs)
    client.throttle(nodeId, produce.name, pauseAskedFor(produce, dialect.version, response), this.parts.now())
    const answered = byPartition(batches)
    const batchFor = (topic: ProduceResponseTopic, partition: number): ProducerBatch | undefined =>
      answered.get(topic.name || (names.get(topic.topicId) ?? ''))?.get(partition)
    this.takeLeaderHints(response, batches, batchFor)
    const unanswered = new Set(batches)
    for (const topic of response.topics) {
      for (const partition of topic.partitions) {
        const batch = batchFor(topic, partition.index)
        if (batch === undefined || !unanswered.delete(batch)) continue
        completion.answered.add(batch, () => this.complete(batch, partition, nodeId))
      }
    }
    const missing = 'the broker answered a produce request without a word on this partition'
    for (const batch of unanswered) {
      completion.answered.add(batch, () => {
        completion.release(batch)
        completion.failAttempt(batch, {
          errorCode: ErrorCode.UNKNOWN_SERVER_ERROR,
          error: new ProtocolError('MALFORMED_RESPONSE', missing, { ...detailsOf(batch, nodeId), retriable: true }),
          logStartOffset: -1n,
          uncertain: true,
        })
      })
    }
  }

  private complete(batch: ProducerBatch, answer: ProduceResponsePartition, nodeId: number): void {
    const { completion } = this.parts
    completion.release(batch)
    if (answer.errorCode === ErrorCode.NONE) {
      completion.succeed(batch, answer.baseOffset, answer.logAppendTimeMs)
      return
    }
    const attempt: FailedAttempt = {
      errorCode: answer.errorCode,
      error: refusal(answer, batch, nodeId),
      logStartOffset: answer.logStartOffset,
      uncertain: isUncertain(answer.errorCode),
      ...(answer.recordErrors.length > 0 && {
        recordErrors: new Map(
          answer.recordErrors.map((record) => [
            record.batchIndex,
            record.message ?? answer.errorMessage ?? 'invalid record',
          ]),
        ),
      }),
    }
    completion.failAttempt(batch, attempt)
  }

  private onFailure(nodeId: number, batches: readonly ProducerBatch[], cause: KafkaError): void {
    const { completion, client } = this.parts
    // Earlier requests of the connection were answered before it ended.
    completion.answered.tellAll()
    const timedOut = cause.code === 'REQUEST_TIMED_OUT'
    const errorCode = timedOut ? ErrorCode.REQUEST_TIMED_OUT : ErrorCode.NETWORK_EXCEPTION
    for (const batch of batches) {
      const broker = client.nameOf(nodeId)
      completion.release(batch)
      completion.failAttempt(batch, {
        errorCode,
        error: brokerError(errorCode, { ...detailsOf(batch, nodeId), broker, cause }, cause.message),
        logStartOffset: -1n,
        uncertain: true,
      })
    }
  }

  /** No version of Produce fits this broker: nothing was sent, and nothing better will come of sending again. */
  private refuse(batch: ProducerBatch, error: KafkaError): void {
    this.parts.completion.release(batch)
    const { UNSUPPORTED_COMPRESSION_TYPE, UNSUPPORTED_VERSION } = ErrorCode
    const errorCode = error.code === 'UNSUPPORTED_COMPRESSION_TYPE' ? UNSUPPORTED_COMPRESSION_TYPE : UNSUPPORTED_VERSION
    const attempt = { errorCode, error, logStartOffset: -1n, uncertain: false }
    this.parts.completion.refuse(batch, attempt)
  }

  /** At most one for each batch: an answer may be as long as it likes, but not cost more than its length. */
  private takeLeaderHints(
    response: ProduceResponse,
    batches: readonly ProducerBatch[],
    batchFor: (topic: ProduceResponseTopic, partition: number) => ProducerBatch | undefined,
  ): void {
    if (response.nodeEndpoints.length === 0) return
    const { metadata, client } = this.parts
    const endpoints = new Map(response.nodeEndpoints.map((endpoint) => [endpoint.nodeId, endpoint]))
    const unhinted = new Set(batches)
    for (const topic of response.topics) {
      for (const { index, currentLeader } of topic.partitions) {
        if (currentLeader === null || currentLeader.leaderId < 0 || currentLeader.leaderEpoch < 0) continue
        const endpoint = endpoints.get(currentLeader.leaderId)
        const batch = batchFor(topic, index)
        if (endpoint === undefined || batch === undefined || !unhinted.delete(batch)) continue
        const { nodeId, host, port } = endpoint
        client.setAddress({ nodeId, host, port, purpose: 'broker' })
        metadata.onLeaderHint(batch.partition.topic, index, currentLeader)
      }
    }
  }
}

/** Names of the topics of a request, by the ids that it carried: metadata may know others by the time of the answer. */
function namesById({ topics }: ProduceFrame): ReadonlyMap<string, string> {
  return new Map(topics.map(({ topicId, name }) => [topicId, name]))
}

function byPartition(batches: readonly ProducerBatch[]): ReadonlyMap<string, ReadonlyMap<number, ProducerBatch>> {
  const topics = new Map<string, Map<number, ProducerBatch>>()
  for (const batch of batches) {
    const { topic, partition } = batch.partition
    const partitions = topics.get(topic)
    if (partitions === undefined) topics.set(topic, new Map([[partition, batch]]))
    else partitions.set(partition, batch)
  }
  return topics
}

/** The error of the answer. On a produce request this one has a single meaning, which Kafka's sentence leaves open (RSP-14). */
function refusal(
  { errorCode, errorMessage }: ProduceResponsePartition,
  batch: ProducerBatch,
  nodeId: number,
): KafkaError {
  const error = brokerError(errorCode, detailsOf(batch, nodeId), errorMessage)
  if (errorCode !== ErrorCode.CLUSTER_AUTHORIZATION_FAILED) return error
  const message = `${error.message} It may not send with idempotence: IdempotentWrite on the cluster is missing.`
  return new BrokerError(error.code, errorCode, message, { ...detailsOf(batch, nodeId), cause: error })
}

function detailsOf(batch: ProducerBatch, nodeId: number): KafkaErrorDetails {
  return { topic: batch.partition.topic, partition: batch.partition.partition, broker: String(nodeId) }
}

function noZstd(version: number, broker: string): KafkaError {
  const message = `zstd needs Produce v${ZSTD_FROM} (Kafka 2.1), broker ${broker} speaks v${version} with us`
  return new KafkaError('UNSUPPORTED_COMPRESSION_TYPE', message, { broker })
}
