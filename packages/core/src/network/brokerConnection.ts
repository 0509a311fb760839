import type { Api, ApiRange, BrokerAddress, ByteSink, Connection, KafkaError, SaslMechanism } from '@posthorn/contracts'
import { addressName, AuthenticationError, ProtocolError, TimeoutError } from '@posthorn/contracts'
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
import type { ConnectionParts, ConnectionPhase } from './connectionParts.ts'
import type { CorrelationIds } from './correlationIds.ts'
import { SaslCorrelationIds } from './correlationIds.ts'
import { asConnectionError, closed, lost } from './connectionErrors.ts'
import type { Exchange } from './handshake.ts'
import { handshake, handshakeUnasked } from './handshake.ts'
import { InFlightRequests } from './inFlightRequests.ts'
import type { OutgoingRequest } from './outgoingRequest.ts'
import { pauseAskedFor } from './throttling.ts'

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
    return addressName(this.address)
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
    this.unanswered = this.isAsking
    this.end(lost(this.name, error, this.phase, this.authentication?.mechanism))
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
    const request = {
      api: saslAuthenticate,
      version: 0,
      correlationId: ids.next(),
      bare: true,
      expectsResponse: awaited,
    }
    return new Promise((resolve, reject) => this.ask(frame, request, (token) => resolve(new Uint8Array(token)), reject))
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
      const onAnswer = (answer: Uint8Array): void => {
        // Whoever waits reads it later, when the transport may have used the memory again.
        const response = api.decodeResponse(new Uint8Array(answer), version)
        this.listener.onThrottle(this, api.name, pauseAskedFor(api, version, response))
        resolve(response)
      }
      this.ask(frame, { api, version, correlationId, expectsResponse: true }, onAnswer, reject)
    })
  }

  /** Sends a request of the connection's own. */
  private ask(
    frame: Uint8Array,
    request: Pick<OutgoingRequest, 'api' | 'version' | 'correlationId' | 'bare' | 'expectsResponse'>,
    onAnswer: (answer: Uint8Array) => void,
    onFailure: (error: KafkaError) => void,
  ): void {
    this.send({
      ...request,
      chunks: [frame],
      bytes: frame.length,
      timeoutMs: this.isAsking ? this.parts.askTimeoutMs : this.parts.requestTimeoutMs,
      onReleased: () => {},
      onResponse: onAnswer,
      onFailure,
    })
    this.listener.onProgress()
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
