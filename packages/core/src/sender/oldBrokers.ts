import type { BrokerCompatibility, Codec, OldProduceRequest, OldProduceResponse } from '@posthorn/contracts'
import { KafkaError, UnsupportedVersionError } from '@posthorn/contracts'
import type { ProduceResponse } from '@posthorn/protocol'
import { encodeRequest, produce, ZERO_UUID } from '@posthorn/protocol'
import type { ProducerBatch } from '../accumulator/batch.ts'
import type { NetworkClient } from '../network/networkClient.ts'
import type { ProduceDialect } from './produceDialect.ts'
import type { ProduceSettings } from './produceRequest.ts'
import type { SealListener, SealResult } from './sealer.ts'

/** What speaking to old brokers needs. */
export interface OldBrokersParts {
  readonly compatibility: BrokerCompatibility
  readonly client: NetworkClient
  readonly codec: Codec | null
  /** Whether a delivery guard stamps batches, which the old formats have no room for. */
  readonly guarded: boolean
  readonly clientId: string
  readonly listener: SealListener
}

/** IDM-30. */
const noGuarantees =
  'a broker older than Kafka 0.11 is connected, and its record formats cannot carry idempotence or transactions: ' +
  'turn them off (enableIdempotence: false)'

/** What a batch was written as, and for which version of Produce. */
interface Written {
  readonly version: number
  readonly messages: Uint8Array
}

/** Brokers before Kafka 0.11: writes batches in formats that they understand. The batches stay as they are (PRQ-03). */
export class OldBrokers {
  private readonly parts: OldBrokersParts
  private readonly written = new WeakMap<ProducerBatch, Written>()

  constructor(parts: OldBrokersParts) {
    this.parts = parts
  }

  /**
   * The version of Produce that everything is written for while any connected broker is old, since partitions may move
   * to it (PRQ-02); `null` while none is.
   */
  oldest(): number | null {
    const version = this.parts.client.lowestMaximum(produce.key)
    return version === null || version >= produce.minVersion ? null : version
  }

  /** Writes a sealed batch for that version, once. With an asynchronous codec the partition waits. */
  write(batch: ProducerBatch, version: number): SealResult {
    if (this.written.get(batch)?.version === version) return 'sealed'
    const { compatibility, codec, guarded } = this.parts
    const { partition, recordCount, baseTimestamp } = batch
    try {
      if (guarded) throw new UnsupportedVersionError(noGuarantees)
      const appended = { partition, recordCount, baseTimestamp, records: batch.records() }
      const messages = compatibility.messages(appended, codec, version)
      if (messages instanceof Uint8Array) {
        this.written.set(batch, { version, messages })
        return 'sealed'
      }
      this.await(batch, version, messages)
      return 'pending'
    } catch (error) {
      this.fail(batch, error)
      return 'failed'
    }
  }

  /** A request to an old broker, or to another that is sent what those understand. Its batches were written before. */
  request(
    nodeId: number,
    correlationId: number,
    batches: readonly ProducerBatch[],
    { acks, requestTimeoutMs }: ProduceSettings,
  ): ProduceDialect {
    const { compatibility, client, clientId } = this.parts
    const api = compatibility.produce
    const version = client.versions(nodeId).choose(api, client.nameOf(nodeId))
    const body = api.encodeRequest({ acks, timeoutMs: requestTimeoutMs, topics: this.topics(batches) }, version)
    return {
      api,
      version,
      chunks: [encodeRequest(api, version, correlationId, clientId, body)],
      decode: (answer) => asNewResponse(api.decodeResponse(answer, version)),
    }
  }

  private topics(batches: readonly ProducerBatch[]): OldProduceRequest['topics'] {
    const byTopic = Map.groupBy(batches, ({ partition }) => partition.topic)
    return Array.from(byTopic, ([name, ofTopic]) => ({
      name,
      partitions: ofTopic.map((batch) => ({ index: batch.partition.partition, messages: this.messagesOf(batch) })),
    }))
  }

  private messagesOf(batch: ProducerBatch): Uint8Array {
    const written = this.written.get(batch)
    if (written === undefined) throw new Error('a batch was not written for old brokers before it was sent')
    return written.messages
  }

  private await(batch: ProducerBatch, version: number, pending: PromiseLike<Uint8Array>): void {
    const { listener } = this.parts
    batch.partition.sealing = true
    // The plugin reads the batch's memory until it is done, whatever becomes of the batch meanwhile.
    batch.pin()
    const done = (): void => {
      batch.unpin()
      batch.partition.sealing = false
    }
    pending.then(
      (messages) => {
        done()
        this.written.set(batch, { version, messages })
        listener.onSealed(batch)
      },
      (error: unknown) => {
        done()
        this.fail(batch, error)
      },
    )
  }

  private fail(batch: ProducerBatch, cause: unknown): void {
    const { topic, partition } = batch.partition
    const why = cause instanceof Error ? cause.message : String(cause)
    const message = `a batch for ${topic}-${partition} could not be written for an old broker: ${why}`
    const details = { topic, partition, cause }
    const error = cause instanceof KafkaError ? cause : new KafkaError('CONVERSION_FAILED', message, details)
    this.parts.listener.onSealFailed(batch, error)
  }
}

function asNewResponse({ topics, throttleTimeMs }: OldProduceResponse): ProduceResponse {
  const unknown = { logStartOffset: -1n, recordErrors: [], errorMessage: null, currentLeader: null }
  return {
    topics: topics.map(({ name, partitions }) => ({
      name,
      topicId: ZERO_UUID,
      partitions: partitions.map((partition) => ({ ...unknown, ...partition })),
    })),
    throttleTimeMs,
    nodeEndpoints: [],
  }
}
