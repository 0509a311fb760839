import type { Clock, KafkaError, Logger } from '@posthorn/contracts'
import type { MetadataResponse } from '@posthorn/protocol'
import { encodeRequest, metadata as metadataApi, ZERO_UUID } from '@posthorn/protocol'
import type { HostPort } from '../config/bootstrapServers.ts'
import type { NetworkClient } from '../network/networkClient.ts'
import type { Metadata } from './metadata.ts'

/** What the updater is made of. */
export interface MetadataUpdaterParts {
  readonly bootstrapServers: readonly HostPort[]
  readonly clientId: string
  readonly requestTimeoutMs: number
  readonly client: NetworkClient
  readonly metadata: Metadata
  readonly clock: Clock
  readonly logger: Logger
}

/** Asks brokers for metadata when it is due, one request at a time, and tells the client where brokers are. */
export class MetadataUpdater {
  private readonly parts: MetadataUpdaterParts
  private inFlight = false

  constructor(parts: MetadataUpdaterParts) {
    this.parts = parts
    this.bootstrap()
  }

  /** Sends a request if one is due and a broker takes it; otherwise a connection is on its way or backing off. */
  maybeUpdate(now: number): void {
    const { client, metadata } = this.parts
    if (this.inFlight || metadata.dueAt() > now) return
    let nodeId = client.leastLoaded(now)
    if (nodeId === null) {
      // No known broker can be reached at present: the ones that we were given may know others (KIP-899).
      this.bootstrap()
      nodeId = client.leastLoaded(now)
    }
    if (nodeId === null || !client.ready(nodeId, now)) return
    this.send(nodeId, now)
  }

  /** Whether a connection is wanted for metadata at `now`. */
  wantsConnection(now: number): boolean {
    return !this.inFlight && this.parts.metadata.dueAt() <= now
  }

  /** When to look again; `Infinity` while an answer is awaited. */
  nextDeadline(): number {
    return this.inFlight ? Number.POSITIVE_INFINITY : this.parts.metadata.dueAt()
  }

  private bootstrap(): void {
    this.parts.bootstrapServers.forEach(({ host, port }, index) => {
      this.parts.client.setAddress({ host, port, purpose: 'bootstrap', nodeId: -1 - index })
    })
  }

  private send(nodeId: number, now: number): void {
    const { client, metadata, clientId, requestTimeoutMs } = this.parts
    const version = this.version(nodeId, now)
    if (version === null) return
    const { topics, full } = metadata.begin(now)
    const body = metadataApi.encodeRequest(
      {
        topics: topics.map((name) => ({ topicId: ZERO_UUID, name })),
        allowAutoTopicCreation: true,
        includeClusterAuthorizedOperations: false,
        includeTopicAuthorizedOperations: false,
      },
      version,
    )
    const correlationId = client.correlationIds.next()
    const frame = encodeRequest(metadataApi, version, correlationId, clientId, body)
    this.inFlight = true
    client.send(nodeId, {
      api: metadataApi,
      version,
      correlationId,
      chunks: [frame],
      bytes: frame.length,
      expectsResponse: true,
      timeoutMs: requestTimeoutMs,
      onReleased: () => {},
      onResponse: (answer) => this.onResponse(nodeId, metadataApi.decodeResponse(answer, version), version, full),
      onFailure: (error) => this.onFailure(error),
    })
  }

  private version(nodeId: number, now: number): number | null {
    const { client, metadata } = this.parts
    try {
      return client.versions(nodeId).choose(metadataApi, client.nameOf(nodeId))
    } catch (error) {
      client.lastError = error as KafkaError
      metadata.onFailure(now)
      return null
    }
  }

  private onResponse(nodeId: number, response: MetadataResponse, version: number, full: boolean): void {
    const { client, metadata, clock } = this.parts
    const now = clock.now()
    this.inFlight = false
    if (version >= 6) client.throttle(nodeId, metadataApi.name, response.throttleTimeMs, now)
    for (const { nodeId: id, host, port } of response.brokers) {
      client.setAddress({ host, port, purpose: 'broker', nodeId: id })
    }
    metadata.onResponse(response, version, full, now)
    if (response.brokers.length > 0) client.retain(new Set(response.brokers.map((broker) => broker.nodeId)))
  }

  private onFailure(error: KafkaError): void {
    this.inFlight = false
    this.parts.logger.debug('metadata request failed', { code: error.code })
    this.parts.metadata.onFailure(this.parts.clock.now())
  }
}
