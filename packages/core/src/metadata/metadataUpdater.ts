import type { Clock, KafkaError, Logger } from '@posthorn/contracts'
import type { MetadataResponse } from '@posthorn/protocol'
import { encodeRequest, ErrorCode, metadata as metadataApi, ZERO_UUID } from '@posthorn/protocol'
import type { HostPort } from '../config/bootstrapServers.ts'
import type { NetworkClient } from '../network/networkClient.ts'
import { pauseAskedFor } from '../network/throttling.ts'
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
  readonly metadataRecoveryStrategy: 'rebootstrap' | 'none'
  readonly metadataRecoveryRebootstrapTriggerMs: number
  /** Metadata cannot be had, for a reason that waiting does not mend: whoever waits for it now need not wait (MDT-17). */
  onFatal(error: KafkaError): void
}

/** Asks brokers for metadata when it is due, one request at a time, and tells the client where brokers are. */
export class MetadataUpdater {
  private readonly parts: MetadataUpdaterParts
  private inFlight = false
  /** Since when metadata has been wanted in vain; `null` while it is not. */
  private wantedSinceMs: number | null = null

  constructor(parts: MetadataUpdaterParts) {
    this.parts = parts
    this.bootstrap()
  }

  /** Sends a request if one is due and a broker takes it; otherwise a connection is on its way or backing off. */
  maybeUpdate(now: number): void {
    const { client, metadata } = this.parts
    if (metadata.dueAt() > now && !this.inFlight) return
    this.wantedSinceMs ??= now
    if (this.triggersRebootstrap(now)) this.rebootstrap(now)
    if (this.inFlight) return
    let nodeId = client.leastLoaded(now)
    if (nodeId === null && this.parts.metadataRecoveryStrategy === 'rebootstrap') {
      // No known broker can be reached at present: the ones that we were given may know others (RBS-01).
      this.bootstrap()
      nodeId = client.leastLoaded(now)
    }
    if (nodeId === null || !client.ready(nodeId, now)) return
    this.send(nodeId, now)
  }

  /**
   * Sends a request that is due to a broker that takes it now, before data can take its place: where brokers are kept busy
   * it would else never go (NET-02). Opens no connection; {@link MetadataUpdater.maybeUpdate} does, where there is none.
   */
  goFirst(now: number): void {
    const { client } = this.parts
    if (!this.wantsConnection(now) || !client.anyReady(now)) return
    const nodeId = client.leastLoaded(now)
    if (nodeId !== null) this.send(nodeId, now)
  }

  /** Whether a connection is wanted for metadata at `now`. */
  wantsConnection(now: number): boolean {
    return !this.inFlight && this.parts.metadata.dueAt() <= now
  }

  /** When to look again; while an answer is awaited, when it will have been awaited for too long. */
  nextDeadline(): number {
    const { metadata, metadataRecoveryStrategy, metadataRecoveryRebootstrapTriggerMs: triggerMs } = this.parts
    if (!this.inFlight) return metadata.dueAt()
    if (metadataRecoveryStrategy === 'none' || this.wantedSinceMs === null) return Number.POSITIVE_INFINITY
    return this.wantedSinceMs + triggerMs
  }

  /** Metadata has been wanted for too long (RBS-03). */
  private triggersRebootstrap(now: number): boolean {
    const { metadataRecoveryStrategy, metadataRecoveryRebootstrapTriggerMs: triggerMs } = this.parts
    if (metadataRecoveryStrategy === 'none' || this.wantedSinceMs === null) return false
    return now >= this.wantedSinceMs + triggerMs
  }

  /** What is known of brokers is of no use: begin again with the addresses that we were given. Batches wait (RBS-05). */
  private rebootstrap(now: number): void {
    this.parts.logger.warn('no use in the brokers known so far: back to the bootstrap addresses')
    const { client, metadata } = this.parts
    client.forgetAll()
    this.bootstrap()
    metadata.requestUpdate()
    // Were the back-off counted too, a trigger shorter than it would end every attempt as it begins.
    this.wantedSinceMs = Math.max(now, metadata.dueAt())
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
        // Version 0 cannot ask for brokers alone, only for all topics.
        topics: version === 0 && topics.length === 0 ? null : topics.map((name) => ({ topicId: ZERO_UUID, name })),
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
      this.parts.onFatal(error as KafkaError)
      return null
    }
  }

  private onResponse(nodeId: number, response: MetadataResponse, version: number, full: boolean): void {
    const { client, metadata, clock } = this.parts
    const now = clock.now()
    this.inFlight = false
    if (
      response.errorCode === ErrorCode.REBOOTSTRAP_REQUIRED &&
      this.parts.metadataRecoveryStrategy === 'rebootstrap'
    ) {
      metadata.onFailure(now)
      this.rebootstrap(now)
      return
    }
    client.throttle(nodeId, metadataApi.name, pauseAskedFor(metadataApi, version, response), now)
    for (const { nodeId: id, host, port } of response.brokers) {
      client.setAddress({ host, port, purpose: 'broker', nodeId: id })
    }
    metadata.onResponse(response, version, full, now)
    if (response.brokers.length > 0) this.wantedSinceMs = null
    if (response.brokers.length > 0) client.retain(new Set(response.brokers.map((broker) => broker.nodeId)))
  }

  private onFailure(error: KafkaError): void {
    this.inFlight = false
    this.parts.logger.debug('metadata request failed', { code: error.code })
    this.parts.metadata.onFailure(this.parts.clock.now())
  }
}
