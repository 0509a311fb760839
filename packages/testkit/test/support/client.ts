import type { Api, ByteSink, Connection, Env } from '@posthorn/contracts'
import { noopLogger } from '@posthorn/contracts'
import { encodeRequest, FrameSplitter, Reader, readResponseHeader } from '@posthorn/protocol'
import { type Cluster, type MemoryTransportOptions, VirtualClock } from '../../src/index.ts'

interface Waiting {
  readonly correlationId: number
  resolve(frame: Uint8Array): void
  reject(error: Error): void
}

/** A client that knows nothing but frames: what it sees is what the cluster does. */
export class TestClient implements ByteSink {
  readonly #splitter = new FrameSplitter()
  readonly #waiting: Waiting[] = []
  #connection: Connection | undefined
  #correlationId = 0
  /** Events in their order, for assertions on the transport. */
  readonly events: string[] = []
  /** `undefined` while the connection is open. */
  closed: { readonly error: Error | null } | undefined
  readonly #close = Promise.withResolvers<Error | null>()
  /** Settles when the connection is over, with what was said of it. */
  readonly whenClosed: Promise<Error | null> = this.#close.promise

  onData(chunk: Uint8Array): void {
    this.events.push(`data ${chunk.length}`)
    this.#splitter.push(chunk, (frame) => this.#waiting.shift()?.resolve(frame.slice()))
  }

  onDrain(): void {
    this.events.push('drain')
  }

  onClose(error: Error | null): void {
    this.events.push(`close ${error === null ? 'null' : error.message}`)
    this.closed = { error }
    this.#close.resolve(error)
    for (const waiting of this.#waiting) waiting.reject(error ?? new Error('closed'))
  }

  async connect(cluster: Cluster, broker = 0, options?: MemoryTransportOptions): Promise<this> {
    const transport = cluster.transport(options)(env)
    const to = { host: `broker-${broker}`, port: 9092, purpose: 'broker', nodeId: broker } as const
    this.#connection = await transport.connect(to, this, new AbortController().signal)
    return this
  }

  get connection(): Connection {
    return this.#connection!
  }

  /** Sends a request and gives the decoded answer. */
  async request<Request, Response>(api: Api<Request, Response>, body: Request, version: number): Promise<Response> {
    const frame = await this.frame(api, body, version)
    const reader = new Reader(frame.bytes, api.name)
    const correlationId = readResponseHeader(reader, api, version)
    if (correlationId !== frame.correlationId) throw new Error(`answer ${correlationId} to ${frame.correlationId}`)
    return api.decodeResponse(reader.raw(reader.remaining), version)
  }

  /** Sends a request and gives the bytes of the answer's frame. */
  async frame<Request>(
    api: Api<Request, unknown>,
    body: Request,
    version: number,
  ): Promise<{ readonly correlationId: number; readonly bytes: Uint8Array }> {
    const correlationId = this.send(api, body, version)
    const bytes = await new Promise<Uint8Array>((resolve, reject) => {
      if (this.closed !== undefined) reject(new Error('closed'))
      this.#waiting.push({ correlationId, resolve, reject })
    })
    return { correlationId, bytes }
  }

  /** Sends a request to which no answer is expected. */
  send<Request>(api: Api<Request, unknown>, body: Request, version: number): number {
    const correlationId = this.#correlationId++
    this.sendBytes(encodeRequest(api, version, correlationId, 'test', api.encodeRequest(body, version)))
    return correlationId
  }

  sendBytes(bytes: Uint8Array): void {
    this.connection.write([bytes], () => this.events.push('released'))
  }
}

export const env: Env = { clock: new VirtualClock(), random: () => 0.5, logger: noopLogger, clientId: 'test' }
