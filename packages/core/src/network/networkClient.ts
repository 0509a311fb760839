import type { BrokerAddress, BrokerCompatibility, ConnectionEvent, KafkaError } from '@posthorn/contracts'
import { addressName, ConnectionError, UnsupportedVersionError } from '@posthorn/contracts'
import type { ProducerMetrics } from '../metrics/producerMetrics.ts'
import type { HookSet } from '../hooks/hookSet.ts'
import type { BrokerVersions } from './brokerVersions.ts'
import type { ConnectionListener } from './brokerConnection.ts'
import { BrokerConnection } from './brokerConnection.ts'
import type { ConnectionParts } from './connectionParts.ts'
import { CorrelationIds } from './correlationIds.ts'
import { FinalizedFeatures } from './finalizedFeatures.ts'
import type { ReconnectSettings } from './nodeState.ts'
import { NodeState } from './nodeState.ts'
import type { OutgoingRequest } from './outgoingRequest.ts'

/** Settings that the client goes by; see the keys of the same names. */
export interface NetworkSettings extends ReconnectSettings {
  readonly maxInFlightRequestsPerConnection: number
  readonly connectionsMaxIdleMs: number
}

/** What the client tells others. */
export interface NetworkListener {
  /** Something may be possible now that was not before. */
  wake(): void
  /** A connection takes requests. */
  onConnect(): void
  /** A connection, or an attempt at one, ended (MDT-18). */
  onDisconnect(nodeId: number, error: KafkaError | null): void
}

/** Everything that a client is made of. */
export interface NetworkParts extends Omit<ConnectionParts, 'correlationIds' | 'askTimeoutMs'> {
  readonly settings: NetworkSettings
  /** How to treat brokers that do not tell their versions; `null`: they are refused. */
  readonly compatibility: Pick<BrokerCompatibility, 'askTimeoutMs' | 'assumedVersions'> | null
  readonly random: () => number
  readonly hooks: HookSet
  readonly metrics: ProducerMetrics
  readonly listener: NetworkListener
}

/** Connections to brokers: opens them when they are asked for, with back-off, and watches their deadlines. */
export class NetworkClient implements ConnectionListener {
  readonly correlationIds: CorrelationIds = new CorrelationIds()
  /** What the cluster has agreed on. */
  readonly features: FinalizedFeatures = new FinalizedFeatures()
  /** Why the last connection or attempt ended badly, if none has succeeded since; the cause of waits that time out. */
  lastError: KafkaError | null = null
  private readonly nodes = new Map<number, NodeState>()
  /** The same by address, the first to be known first: there may be as many as an answer has room for. */
  private readonly byAddress = new Map<string, Set<NodeState>>()
  private readonly parts: NetworkParts
  private closed = false

  constructor(parts: NetworkParts) {
    this.parts = parts
  }

  /** Makes a broker known, or tells that it is elsewhere now (CON-12). */
  setAddress(address: BrokerAddress): void {
    const known = this.nodes.get(address.nodeId)
    if (known !== undefined && known.address.host === address.host && known.address.port === address.port) return
    if (known !== undefined) this.forget(address.nodeId)
    const node = new NodeState(address, this.parts.settings, this.parts.random)
    if (this.parts.compatibility !== null) {
      const name = addressName(address)
      const there = this.byAddress.get(name) ?? new Set()
      const [same] = there
      if (same !== undefined) node.inherit(same)
      this.byAddress.set(name, there.add(node))
    }
    this.nodes.set(address.nodeId, node)
  }

  /** Forgets a broker; its connection ends at once. */
  forget(nodeId: number): void {
    const node = this.nodes.get(nodeId)
    if (node === undefined) return
    const { connection } = node
    this.nodes.delete(nodeId)
    const name = addressName(node.address)
    const there = this.byAddress.get(name)
    if (there?.delete(node) === true && there.size === 0) this.byAddress.delete(name)
    if (connection === null) return
    if (connection.inFlightCount === 0) connection.close()
    else connection.fail(this.disconnected(connection.name))
  }

  /** Whether it is known where the broker is. */
  knows(nodeId: number): boolean {
    return this.nodes.has(nodeId)
  }

  /** Forgets all brokers but these, and those that still owe an answer. */
  retain(nodeIds: ReadonlySet<number>): void {
    for (const [nodeId, node] of [...this.nodes]) {
      if (!nodeIds.has(nodeId) && (node.connection?.inFlightCount ?? 0) === 0) this.forget(nodeId)
    }
  }

  /** Whether the broker takes a request now. If there is no connection, one is opened as soon as the back-off allows. */
  ready(nodeId: number, now: number): boolean {
    const node = this.nodes.get(nodeId)
    if (node === undefined || this.closed) return false
    if (node.mayConnect(now)) this.connect(node, now)
    else if (node.throttledUntilMs <= now) node.connection?.renewSession(now)
    return this.takesRequest(node, now)
  }

  /** Whether any broker takes a request now; opens nothing. */
  anyReady(now: number): boolean {
    for (const node of this.nodes.values()) if (this.takesRequest(node, now)) return true
    return false
  }

  /** The versions of a broker that is ready. */
  versions(nodeId: number): BrokerVersions {
    const connection = this.nodes.get(nodeId)?.connection
    if (connection === null || connection === undefined) throw new Error(`broker ${nodeId} is not connected`)
    return connection.brokerVersions
  }

  /** The highest version of an API that a broker speaks; `null` when it is not connected, or does not have it. */
  maxVersion(nodeId: number, apiKey: number): number | null {
    const connection = this.nodes.get(nodeId)?.connection
    if (connection?.phase !== 'ready') return null
    return connection.brokerVersions.maximum(apiKey) ?? null
  }

  /**
   * What the broker that is furthest behind speaks of an API, among all that are connected and have it; `null` for none
   * (API-07).
   */
  lowestMaximum(apiKey: number): number | null {
    let lowest: number | null = null
    for (const { connection } of this.nodes.values()) {
      if (connection === null || connection.phase !== 'ready') continue
      const version = connection.brokerVersions.maximum(apiKey)
      if (version !== undefined && (lowest === null || version < lowest)) lowest = version
    }
    return lowest
  }

  /** Hands a request to a broker that is ready. */
  send(nodeId: number, request: OutgoingRequest): void {
    const connection = this.nodes.get(nodeId)?.connection
    if (connection?.phase !== 'ready') throw new Error(`broker ${nodeId} takes no request now`)
    connection.send(request)
    this.parts.metrics.onRequest(request.bytes)
  }

  /** `host:port` of a broker, for messages. */
  nameOf(nodeId: number): string {
    const address = this.nodes.get(nodeId)?.address
    return address === undefined ? String(nodeId) : addressName(address)
  }

  /**
   * The broker that is best asked something that any can answer: ready and idle, else ready with the fewest requests
   * in flight, else being connected, else the one tried longest ago (NET-13). `null` when all have to wait.
   */
  leastLoaded(now: number): number | null {
    const nodes = [...this.nodes.values()]
    const start = Math.floor(this.parts.random() * nodes.length)
    let ready: NodeState | null = null
    let connecting: NodeState | null = null
    let idle: NodeState | null = null
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[(start + i) % nodes.length] as NodeState
      const { connection } = node
      if (this.takesRequest(node, now)) {
        const count = connection?.inFlightCount ?? 0
        if (count === 0) return node.address.nodeId
        if (ready === null || count < (ready.connection?.inFlightCount ?? 0)) ready = node
      } else if (connection !== null && (connection.phase !== 'ready' || !connection.allowsRequests(now))) {
        connecting ??= node
      } else if (node.mayConnect(now) && (idle === null || node.lastAttemptMs < idle.lastAttemptMs)) idle = node
    }
    return (ready ?? connecting ?? idle)?.address.nodeId ?? null
  }

  /** Ends what has taken too long, and idle connections. */
  checkDeadlines(now: number): void {
    const { connectionsMaxIdleMs } = this.parts.settings
    for (const node of this.nodes.values()) {
      node.connection?.checkDeadline(now, node.setupTimeoutMs)
      const { connection } = node
      if (connection === null || connectionsMaxIdleMs < 0 || connection.inFlightCount > 0) continue
      if (connection.phase === 'ready' && now >= connection.lastUsedMs + connectionsMaxIdleMs) connection.close()
    }
  }

  /** When the client has something to do by itself, `Infinity` for never. Back-off counts for brokers that are `wanted`. */
  nextDeadline(now: number, wanted: (nodeId: number) => boolean): number {
    const { connectionsMaxIdleMs } = this.parts.settings
    let next = Number.POSITIVE_INFINITY
    for (const [nodeId, node] of this.nodes) {
      const { connection } = node
      if (connection === null) {
        // A broker that may be connected to had its chance in this pass, or has it in the next, which follows at once.
        if (node.retryAt > now && wanted(nodeId)) next = Math.min(next, node.retryAt)
        continue
      }
      next = Math.min(next, connection.nextDeadline(node.setupTimeoutMs))
      if (node.throttledUntilMs > now) next = Math.min(next, node.throttledUntilMs)
      const idle = connection.phase === 'ready' && connection.inFlightCount === 0
      if (idle && connectionsMaxIdleMs >= 0) next = Math.min(next, connection.lastUsedMs + connectionsMaxIdleMs)
    }
    return next
  }

  /** Requests that wait for an answer, on all connections. */
  get inFlightCount(): number {
    let count = 0
    for (const node of this.nodes.values()) count += node.connection?.inFlightCount ?? 0
    return count
  }

  /** The broker asked for a pause of `throttleTimeMs`; of two, the later end holds (NET-15). */
  throttle(nodeId: number, api: string, throttleTimeMs: number, now: number): void {
    const node = this.nodes.get(nodeId)
    if (throttleTimeMs <= 0 || node === undefined) return
    node.throttledUntilMs = Math.max(node.throttledUntilMs, now + throttleTimeMs)
    node.connection?.onThrottled(throttleTimeMs)
    this.parts.hooks.onThrottle?.({ nodeId, api, throttleTimeMs })
  }

  /** Connections that are open or being opened. */
  get connectionCount(): number {
    let count = 0
    for (const node of this.nodes.values()) if (node.connection !== null) count++
    return count
  }

  /** Forgets all brokers. Their connections end, and requests in flight fail. */
  forgetAll(): void {
    for (const nodeId of [...this.nodes.keys()]) this.forget(nodeId)
  }

  /** Ends all connections for good. Requests in flight fail. */
  close(): void {
    this.closed = true
    this.forgetAll()
  }

  onReady(connection: BrokerConnection): void {
    this.node(connection)?.onReady(connection)
    this.features.update(connection.brokerVersions.features)
    this.lastError = null
    this.parts.metrics.record('connectionsOpened', 1)
    this.parts.logger.debug('connected', { ...eventOf(connection) })
    this.parts.hooks.onConnect?.(eventOf(connection))
    this.parts.listener.onConnect()
    this.parts.listener.wake()
  }

  onEnd(connection: BrokerConnection, reason: KafkaError | null, wasReady: boolean, inFlight: number): void {
    const node = this.node(connection)
    const setupTimedOut = !wasReady && reason?.code === 'CONNECTION_TIMEOUT'
    node?.onEnd(connection, this.parts.clock.now(), setupTimedOut, wasReady)
    const refused = connection.unanswered && node?.seemsOld === true && this.parts.compatibility === null
    const error = refused ? mayBeOld(connection, reason) : reason
    if (wasReady) this.parts.metrics.record('connectionsClosed', 1)
    if (error !== null) {
      this.lastError = error
      this.parts.logger.warn(error.message, { ...eventOf(connection), code: error.code, inFlight })
    }
    this.parts.hooks.onDisconnect?.({ ...eventOf(connection), error, inFlight })
    // The end of a connection to a broker that was forgotten, such as a bootstrap address, tells nothing new.
    // That a broker may be old is a guess for people; what happened is that the connection was lost.
    if (node !== undefined) this.parts.listener.onDisconnect(connection.address.nodeId, reason)
    this.parts.listener.wake()
  }

  onThrottle(connection: BrokerConnection, api: string, throttleTimeMs: number): void {
    if (this.node(connection) === undefined) return
    this.throttle(connection.address.nodeId, api, throttleTimeMs, this.parts.clock.now())
  }

  onProgress(): void {
    this.parts.listener.wake()
  }

  onSent(connection: BrokerConnection, { api, version, correlationId, bytes }: OutgoingRequest): void {
    const { nodeId } = connection.address
    this.parts.hooks.onRequest?.({ nodeId, api: api.name, version, correlationId, bytes })
  }

  onAnswer(connection: BrokerConnection, request: OutgoingRequest, latencyMs: number, answerBytes: number): void {
    this.parts.metrics.onResponse(answerBytes)
    if (this.parts.hooks.onResponse === null) return
    const { api, version, correlationId, bytes } = request
    const { nodeId } = connection.address
    this.parts.hooks.onResponse({ nodeId, api: api.name, version, correlationId, bytes, latencyMs })
  }

  private takesRequest(node: NodeState, now: number): boolean {
    const { connection } = node
    if (connection === null || node.throttledUntilMs > now) return false
    return connection.takesRequest(this.parts.settings.maxInFlightRequestsPerConnection, now)
  }

  private connect(node: NodeState, now: number): void {
    const { compatibility, requestTimeoutMs } = this.parts
    const askTimeoutMs = Math.min(compatibility?.askTimeoutMs ?? requestTimeoutMs, requestTimeoutMs)
    const parts = { ...this.parts, correlationIds: this.correlationIds, askTimeoutMs }
    const assumes = compatibility !== null && (node.seemsOld || askTimeoutMs === 0)
    const connection = new BrokerConnection(node.address, parts, this, assumes ? compatibility.assumedVersions : null)
    node.onAttempt(connection, now)
    void connection.open()
  }

  private node(connection: BrokerConnection): NodeState | undefined {
    const node = this.nodes.get(connection.address.nodeId)
    return node?.connection === connection ? node : undefined
  }

  private disconnected(name: string): ConnectionError {
    return new ConnectionError('NETWORK_EXCEPTION', `disconnected from ${name}`, { retriable: true, broker: name })
  }
}

function mayBeOld({ name }: BrokerConnection, cause: KafkaError | null): UnsupportedVersionError {
  const hint = 'it may be older than Kafka 0.10, which needs the plugin @posthorn/legacy-brokers, or expect TLS'
  const closed = 'closed the connection when it was asked for its versions'
  const what = cause?.code === 'REQUEST_TIMED_OUT' ? 'did not answer ApiVersions in time' : closed
  return new UnsupportedVersionError(`broker ${name} ${what}: ${hint}`, { broker: name, cause })
}

function eventOf(connection: BrokerConnection): ConnectionEvent {
  const { nodeId, host, port } = connection.address
  return { nodeId, host, port }
}
