import type { Api, BrokerAddress, ByteSink, Connection, SaslMechanism, Transport } from '@posthorn/contracts'
import { addressName, ConnectionError, ProtocolError } from '@posthorn/contracts'
import { encodeRequest, FrameSplitter, Reader, readResponseHeader } from '@posthorn/protocol'
import { checkSecrecy } from '../config/checkSecrecy.ts'
import { software } from '../version.ts'
import type { BrokerVersions } from './brokerVersions.ts'
import { handshake } from './handshake.ts'
import { login } from './saslLogin.ts'

/** What a session is made of. */
export interface SessionOptions {
  /** Moves the bytes. */
  readonly transport: Transport
  /** Whom to reach. */
  readonly address: BrokerAddress
  /** Name sent to the broker. */
  readonly clientId: string
  /** Ends whatever the session waits for, and the session. */
  readonly signal: AbortSignal
}

interface Waiting {
  readonly take: (frame: Uint8Array) => void
  readonly fail: (error: unknown) => void
}

/**
 * One connection to one broker, set up step by step and asked one thing at a time: for tools that examine brokers. The
 * steps are the producer's own, and so are their errors.
 */
export class BrokerSession implements ByteSink {
  /** `host:port`, for messages. */
  readonly name: string
  private readonly options: SessionOptions
  private readonly frames = new FrameSplitter()
  private connection: Connection | null = null
  private versions: BrokerVersions | null = null
  private waiting: Waiting | null = null
  private end: { readonly error: unknown } | null = null
  private correlationId = 0
  private readonly onAbort = (): void => this.stop(this.options.signal.reason)

  /** Does nothing yet; {@link BrokerSession.connect} comes first. */
  constructor(options: SessionOptions) {
    this.options = options
    this.name = addressName(options.address)
  }

  /** Opens the connection: TCP, and TLS if the transport speaks it. Rejects with the transport's error. */
  async connect(): Promise<void> {
    const { transport, address, signal } = this.options
    signal.throwIfAborted()
    this.connection = await transport.connect(address, this, signal)
    signal.addEventListener('abort', this.onAbort, { once: true })
  }

  /** Learns what the broker speaks (ApiVersions). Before any {@link BrokerSession.request}. */
  async negotiate(): Promise<{ maximum(apiKey: number): number | undefined }> {
    this.versions = await handshake((api, version, body) => this.exchange(api, version, body), software, this.name)
    return this.versions
  }

  /**
   * Logs in; after {@link BrokerSession.negotiate}. Resolves with how long the session lasts, in ms, 0 for as long as the
   * connection. Rejects with an `AuthenticationError` when either side refuses the other, and with a `ConfigError` where
   * credentials would travel in the clear.
   */
  async authenticate(mechanism: SaslMechanism): Promise<number> {
    const { address, signal, transport } = this.options
    if (this.versions === null) throw new Error(`the versions of ${this.name} are not known yet`)
    checkSecrecy(mechanism, transport)
    const link = {
      exchange: <Request, Response>(api: Api<Request, Response>, version: number, body: Request) =>
        this.exchange(api, version, body),
      bare: (frame: Uint8Array, awaited: boolean) => this.bare(frame, awaited),
    }
    const nothing = (): void => {}
    const parts = { mechanism, address, broker: this.name, signal, link, onThinking: nothing, onBegin: nothing }
    return login(parts, this.versions)
  }

  /**
   * Sends a request in the highest version that both sides speak and resolves with the answer. Rejects with an
   * `UnsupportedVersionError` when there is none, and with a `ConnectionError` when the connection ends before.
   */
  async request<Request, Response>(api: Api<Request, Response>, body: Request): Promise<Response> {
    if (this.versions === null) throw new Error(`the versions of ${this.name} are not known yet`)
    return this.exchange(api, this.versions.choose(api, this.name), body)
  }

  /** Ends the session at once. */
  close(): void {
    this.stop(new ConnectionError('NETWORK_EXCEPTION', `the connection to ${this.name} was closed`))
  }

  /** For the transport. */
  onData(chunk: Uint8Array): void {
    if (this.end !== null) return
    try {
      this.frames.push(chunk, (frame) => {
        if (this.waiting === null) throw new ProtocolError('INVALID_FRAME', `${this.name} sent an answer to nothing`)
        // What it throws for bytes that it cannot read ends the session, and with it the wait.
        this.waiting.take(frame)
        this.waiting = null
      })
    } catch (error) {
      this.stop(error)
    }
  }

  /** One request at a time never waits for room. */
  onDrain(): void {}

  /** For the transport. */
  onClose(error: Error | null): void {
    const why = error === null ? 'broker closed the connection' : `connection lost (${error.message})`
    const details = { retriable: true, broker: this.name, cause: error ?? undefined }
    this.stop(new ConnectionError('NETWORK_EXCEPTION', `${why}: ${this.name}`, details))
  }

  private exchange<Request, Response>(api: Api<Request, Response>, version: number, body: Request): Promise<Response> {
    const correlationId = this.correlationId++
    const { clientId } = this.options
    const frame = encodeRequest(api, version, correlationId, clientId, api.encodeRequest(body, version))
    return this.send(frame, (answer) => {
      const reader = new Reader(answer, `${api.name} v${version} response`)
      if (readResponseHeader(reader, api, version) !== correlationId) {
        throw new ProtocolError('INVALID_FRAME', `${this.name} answered another request than ${api.name}`)
      }
      return api.decodeResponse(answer.subarray(reader.offset), version)
    })
  }

  private async bare(frame: Uint8Array, awaited: boolean): Promise<Uint8Array> {
    if (awaited) return this.send(frame, (answer) => answer.slice())
    this.connection?.write([frame], () => {})
    return new Uint8Array(0)
  }

  private send<T>(frame: Uint8Array, read: (answer: Uint8Array) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const { connection, end } = this
      // The reason is what the session ended with, whatever it is.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      if (connection === null || end !== null) return reject(end?.error ?? new Error(`no connection to ${this.name}`))
      this.waiting = { take: (answer) => resolve(read(answer)), fail: reject }
      connection.write([frame], () => {})
    })
  }

  private stop(error: unknown): void {
    if (this.end !== null) return
    this.end = { error }
    this.options.signal.removeEventListener('abort', this.onAbort)
    const { waiting } = this
    this.waiting = null
    waiting?.fail(error)
    this.connection?.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}
