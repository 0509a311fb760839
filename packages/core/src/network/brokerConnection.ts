import type {
  Api,
  ApiRange,
  BrokerAddress,
  ByteSink,
  Clock,
  Connection,
  Logger,
  SaslMechanism,
  Transport,
} from '@posthorn/contracts'
import { AuthenticationError, ConnectionError, KafkaError, ProtocolError, TimeoutError } from '@posthorn/contracts'
import {
  encodeRequest,
  FRAME_LENGTH_BYTES,
  FrameSplitter,
  Reader,
  readResponseHeader,
  saslAuthenticate,
} from '@posthorn/protocol'
import { Authentication } from './authentication.ts'
import { BrokerVersions } from './brokerVersions.ts'
import type { CorrelationIds } from './correlationIds.ts'
import { SaslCorrelationIds } from './correlationIds.ts'
import type { ClientSoftware, Exchange } from './handshake.ts'
import { handshake, handshakeUnasked } from './handshake.ts'
import { InFlightRequests } from './inFlightRequests.ts'
import type { OutgoingRequest } from './outgoingRequest.ts'
import { pauseAskedFor } from './throttling.ts'

/** What connections of one producer share. */
export interface ConnectionParts {
  readonly transport: Transport
  readonly clock: Clock
  readonly clientId: string
  readonly software: ClientSoftware
  readonly correlationIds: CorrelationIds
  readonly requestTimeoutMs: number
  /** How long the broker has to tell its versions. */
  readonly askTimeoutMs: number
  readonly maxResponseBytes: number
  /** Says who we are; `null`: nobody asks. */
  readonly sasl: SaslMechanism | null
  readonly random: () => number
  readonly logger: Logger
}

/** What a connection tells its owner. */
export interface ConnectionListener {
  /** It takes requests now. */
  onReady(connection: BrokerConnection): void
  /** It is over. Requests were told before. `wasReady` tells a lost connection from one that never came about. */
  onEnd(connection: BrokerConnection, error: KafkaError | null, wasReady: boolean, inFlight: number): void
  /** A request was handed to the transport. */
  onSent(connection: BrokerConnection, request: OutgoingRequest): void
  /** The broker asked for a pause while the connection was set up. */
  onThrottle(connection: BrokerConnection, api: string, throttleTimeMs: number): void
  /** It may take a request again, or one was answered. */
  onProgress(): void
  /** An answer was read. */
  onAnswer(connection: BrokerConnection, request: OutgoingRequest, latencyMs: number, bytes: number): void
}

/** Where a connection stands (CON-05). */
export type ConnectionPhase = 'connecting' | 'handshaking' | 'authenticating' | 'ready' | 'ended'

/** One connection to one broker, from the attempt to its end. Frames go out whole, answers come back in order. */
export class BrokerConnection implements ByteSink {
  readonly address: BrokerAddress
  readonly startedMs: number
  phase: ConnectionPhase = 'connecting'
  /** True when the broker was not asked for its versions. */
  readonly unasked: boolean
  /** True when the broker was asked for its versions and said nothing until the end. */
  unanswered = false
  /** When it was last used, ms on the producer's clock. */
  lastUsedMs: number
  private readonly parts: ConnectionParts
  private readonly assumedVersions: readonly ApiRange[] | null
  private readonly listener: ConnectionListener
  private readonly abort = new AbortController()
  private readonly frames: FrameSplitter
  private readonly inFlight = new InFlightRequests()
  private readonly authentication: Authentication | null
  /** Why the connection ends as soon as nothing is in flight; `null` while it does not. */
  private endsBecause: KafkaError | null = null
  private connection: Connection | null = null
  private versions: BrokerVersions | null = null
  private writable = true
  private readonly onFrame = (frame: Uint8Array): void => this.receive(frame)

  /** `assumedVersions`: what the broker speaks, if it is not to be asked. */
  constructor(
    address: BrokerAddress,
    parts: ConnectionParts,
    listener: ConnectionListener,
    assumedVersions: readonly ApiRange[] | null,
  ) {
    this.address = address
    this.parts = parts
    this.listener = listener
    this.assumedVersions = assumedVersions
    this.unasked = assumedVersions !== null
    this.startedMs = this.lastUsedMs = parts.clock.now()
    this.frames = new FrameSplitter(parts.maxResponseBytes)
    this.authentication = parts.sasl === null ? null : this.authenticationBy(parts.sasl)
  }

  /** `host:port`, for messages. */
  get name(): string {
    const { host, port } = this.address
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  }

  /** Requests without an answer. */
  get inFlightCount(): number {
    return this.inFlight.size
  }

  /** Whether it takes a request now, given at most `maxInFlight` unanswered ones (NET-03). */
  takesRequest(maxInFlight: number, now: number): boolean {
    if (this.phase !== 'ready' || !this.writable || this.inFlight.size >= maxInFlight) return false
    return this.allowsRequests(now)
  }

  /** False while we have to say who we are before anything else, as when a session ends. */
  allowsRequests(now: number): boolean {
    return this.authentication === null || this.authentication.allowsRequests(now)
  }

  /** A request is about to be sent: the session is renewed if it is time (REA-02). */
  renewSession(now: number): void {
    if (this.phase === 'ready') this.authentication?.renew(this.brokerVersions, now)
  }

  /** The broker's versions; only when ready. */
  get brokerVersions(): BrokerVersions {
    if (this.versions === null) throw new Error(`the versions of ${this.name} are not known yet`)
    return this.versions
  }

  /** Connects and shakes hands. Never rejects: failures end the connection. */
  async open(): Promise<void> {
    try {
      const connection = await this.parts.transport.connect(this.address, this, this.abort.signal)
      if (this.isEnded()) {
        connection.destroy(new Error('no longer wanted'))
        return
      }
      this.connection = connection
      this.phase = 'handshaking'
      this.versions = await this.learnVersions()
      if (this.isEnded()) return
      if (this.authentication !== null) {
        this.phase = 'authenticating'
        await this.authentication.begin(this.versions)
        if (this.isEnded()) return
      }
      this.phase = 'ready'
      this.listener.onReady(this)
    } catch (error) {
      this.fail(asConnectionError(error, this.name))
    }
  }

  /** Hands a request to the transport. Only when it {@link BrokerConnection.takesRequest}. */
  send(request: OutgoingRequest): void {
    const { connection } = this
    if (connection === null || this.phase === 'ended') throw new Error(`no connection to ${this.name}`)
    const now = this.parts.clock.now()
    this.lastUsedMs = now
    this.inFlight.add(request, now)
    const released = (): void => {
      request.onReleased()
      if (!request.expectsResponse && this.phase !== 'ended') {
        this.inFlight.remove(request)
        request.onResponse(new Uint8Array(0), 0)
        this.listener.onProgress()
      }
    }
    try {
      this.writable = connection.write(request.chunks, released)
    } catch (error) {
      // No transport should; one that does has not kept the memory, and its connection is of no use.
      request.onReleased()
      this.fail(asConnectionError(error, this.name))
      return
    }
    this.listener.onSent(this, request)
  }

  /** The broker reads nothing for `ms`: requests that it has not answered yet get as much more time (NET-08). */
  onThrottled(ms: number): void {
    this.inFlight.prolong(ms)
  }

  /** Ends the connection if a request has waited too long (NET-08) or setting up took longer than `setupTimeoutMs`. */
  checkDeadline(now: number, setupTimeoutMs: number): void {
    if (this.nextDeadline(setupTimeoutMs) > now) return
    const { name } = this
    const details = { retriable: true, broker: name }
    const within = `within ${Math.round(setupTimeoutMs)} ms`
    if (this.phase === 'connecting') {
      this.fail(new TimeoutError('CONNECTION_TIMEOUT', `no connection to ${name} ${within}`, details))
      return
    }
    if (this.phase === 'authenticating') {
      const text = `no login at ${name} (${this.authentication?.mechanism}) ${within} of connecting`
      this.fail(new TimeoutError('CONNECTION_TIMEOUT', text, details))
      return
    }
    this.unanswered = this.isAsking
    const api = this.inFlight.first?.request.api.name ?? this.authentication?.mechanism ?? 'a request'
    this.fail(new TimeoutError('REQUEST_TIMED_OUT', `broker ${name} did not answer ${api} in time`, details))
  }

  /** When {@link BrokerConnection.checkDeadline} has something to do; `Infinity` for never. */
  nextDeadline(setupTimeoutMs: number): number {
    if (this.phase === 'ended') return Number.POSITIVE_INFINITY
    if (this.phase === 'connecting') return this.startedMs + setupTimeoutMs
    const answer = this.inFlight.nextDeadline()
    if (this.authentication === null) return answer
    // The limit for setting up covers connection and login together (CON-07).
    if (this.phase !== 'ready') return Math.min(answer, this.startedMs + setupTimeoutMs)
    return Math.min(answer, this.authentication.nextDeadline(setupTimeoutMs))
  }

  /** Ends the connection; unanswered requests fail with `error`. */
  fail(error: KafkaError): void {
    if (this.phase === 'ended') return
    this.end(error)
    this.abort.abort(error)
    this.connection?.destroy(error)
  }

  /** Ends the connection in an orderly way; nothing may be in flight. */
  close(): void {
    if (this.phase === 'ended') return
    const { connection } = this
    this.end(null)
    this.abort.abort(closed(this.name))
    connection?.end()
  }

  onData(chunk: Uint8Array): void {
    if (this.phase === 'ended') return
    try {
      this.frames.push(chunk, this.onFrame)
    } catch (error) {
      this.fail(asConnectionError(error, this.name))
    }
  }

  onDrain(): void {
    this.writable = true
    this.listener.onProgress()
  }

  onClose(error: Error | null): void {
    if (this.phase === 'ended') return
    // A broker may refuse who we are after the transport has connected, as with TLS 1.3; later, it is only a lost one.
    if (error instanceof AuthenticationError && this.phase !== 'ready') {
      this.end(error)
      return
    }
    const { name } = this
    const when = this.phase === 'ready' ? '' : this.phase === 'authenticating' ? this.whileLoggingIn : beforeFirst
    this.unanswered = this.isAsking
    const why = error === null ? 'broker closed the connection' : `connection lost (${error.message})`
    this.end(
      new ConnectionError('NETWORK_EXCEPTION', `${why}: ${name}${when}`, {
        retriable: true,
        broker: name,
        cause: error ?? undefined,
      }),
    )
  }

  /** A broker before Kafka 1.0 that refuses credentials says so in no other way; it is no proof (SAS-06). */
  private get whileLoggingIn(): string {
    return `, while we logged in (${this.authentication?.mechanism}): a broker before Kafka 1.0 refuses credentials so`
  }

  private get isAsking(): boolean {
    return this.phase === 'handshaking' && !this.unasked
  }

  private isEnded(): boolean {
    return this.phase === 'ended'
  }

  private receive(frame: Uint8Array): void {
    const entry = this.inFlight.first
    if (entry === undefined || this.phase === 'ended') {
      throw new ProtocolError('INVALID_FRAME', `broker ${this.name} sent an answer that nobody asked for`)
    }
    const { request, sentMs } = entry
    const { api, version } = request
    const reader = new Reader(frame, `${api.name} v${version} response`)
    const correlationId = request.bare === true ? request.correlationId : readResponseHeader(reader, api, version)
    if (correlationId !== request.correlationId) {
      throw new ProtocolError(
        'INVALID_FRAME',
        `broker ${this.name} answered request ${correlationId} instead of ${request.correlationId} (${api.name} v${version})`,
      )
    }
    const now = this.parts.clock.now()
    this.lastUsedMs = now
    this.inFlight.takeFirst()
    try {
      request.onResponse(frame.subarray(reader.offset), now - sentMs)
    } catch (error) {
      request.onFailure(asConnectionError(error, this.name))
      throw error
    }
    this.listener.onAnswer(this, request, now - sentMs, frame.length + FRAME_LENGTH_BYTES)
    this.listener.onProgress()
    this.failOnceIdle()
  }

  private failOnceIdle(): void {
    if (this.endsBecause !== null && this.inFlight.size === 0) this.fail(this.endsBecause)
  }

  private learnVersions(): Promise<BrokerVersions> {
    const exchange: Exchange = (api, version, body) => this.exchange(api, version, body)
    if (this.assumedVersions === null) return handshake(exchange, this.parts.software, this.name)
    // What such a broker is asked instead may not be asked before a login (SAS-16).
    if (this.authentication !== null) return Promise.resolve(new BrokerVersions({ apiKeys: this.assumedVersions }))
    return handshakeUnasked(exchange, this.assumedVersions)
  }

  private authenticationBy(mechanism: SaslMechanism): Authentication {
    const ids = new SaslCorrelationIds()
    return new Authentication({
      ...this.parts,
      mechanism,
      address: this.address,
      broker: this.name,
      signal: this.abort.signal,
      link: {
        exchange: (api, version, body) => this.exchange(api, version, body, ids),
        bare: (frame, awaited) => this.exchangeBare(frame, awaited, ids),
      },
      wake: () => this.listener.onProgress(),
      onLost: (error) => {
        this.endsBecause = asConnectionError(error, this.name)
        this.failOnceIdle()
      },
    })
  }

  private exchangeBare(frame: Uint8Array, awaited: boolean, ids: SaslCorrelationIds): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.send({
        api: saslAuthenticate,
        version: 0,
        correlationId: ids.next(),
        bare: true,
        chunks: [frame],
        bytes: frame.length,
        expectsResponse: awaited,
        timeoutMs: this.parts.requestTimeoutMs,
        onReleased: () => {},
        onResponse: (token) => resolve(new Uint8Array(token)),
        onFailure: reject,
      })
      this.listener.onProgress()
    })
  }

  private exchange<Request, Response>(
    api: Api<Request, Response>,
    version: number,
    body: Request,
    ids: Pick<CorrelationIds, 'next'> = this.parts.correlationIds,
  ): Promise<Response> {
    const correlationId = ids.next()
    const frame = encodeRequest(api, version, correlationId, this.parts.clientId, api.encodeRequest(body, version))
    return new Promise((resolve, reject) => {
      this.send({
        api,
        version,
        correlationId,
        chunks: [frame],
        bytes: frame.length,
        expectsResponse: true,
        timeoutMs: this.isAsking ? this.parts.askTimeoutMs : this.parts.requestTimeoutMs,
        onReleased: () => {},
        onResponse: (answer) => {
          // Whoever waits reads it later, when the transport may have used the memory again.
          const response = api.decodeResponse(new Uint8Array(answer), version)
          this.listener.onThrottle(this, api.name, pauseAskedFor(api, version, response))
          resolve(response)
        },
        onFailure: reject,
      })
      this.listener.onProgress()
    })
  }

  /** The others have to hear of the end whatever one of them throws (NET-11). */
  private tell(request: OutgoingRequest, reason: KafkaError): void {
    try {
      request.onFailure(reason)
    } catch (error) {
      this.parts.logger.error(`whoever sent ${request.api.name} to ${this.name} threw when it failed`, { error })
    }
  }

  private end(error: KafkaError | null): void {
    const wasReady = this.phase === 'ready'
    this.phase = 'ended'
    this.authentication?.close()
    const failed = this.inFlight.takeAll()
    const reason = error ?? closed(this.name)
    for (const { request } of failed) this.tell(request, reason)
    this.listener.onEnd(this, error, wasReady, failed.length)
  }
}

const beforeFirst = ' before it had answered the first request'

function closed(name: string): ConnectionError {
  return new ConnectionError('NETWORK_EXCEPTION', `the connection to ${name} was closed`, {
    retriable: true,
    broker: name,
  })
}

function asConnectionError(error: unknown, name: string): KafkaError {
  // What was asked for is asked again over another connection, so that bytes nobody can read cost time and nothing else.
  if (error instanceof ProtocolError) {
    return new ProtocolError(error.code, error.message, { retriable: true, broker: name, cause: error.cause })
  }
  if (error instanceof KafkaError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new ConnectionError('CONNECTION_FAILED', `connection to ${name} failed: ${message}`, {
    retriable: true,
    broker: name,
    cause: error,
  })
}
