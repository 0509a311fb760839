import { once } from 'node:events'
import { createServer as createPlainServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer, type TlsOptions as ServerOptions, type TLSSocket } from 'node:tls'
import type { ByteSink, Connection, Env, LogFields, Transport } from '@posthorn/contracts'
import { tls, type TlsOptions } from '../src/index.ts'
import { authority } from './identities.ts'

/** A line of a log, as it was given. */
export interface Line {
  readonly level: string
  readonly message: string
  readonly fields: LogFields | undefined
}

/** A server that shakes hands, or whatever `handle` does with a plain connection. */
export class Peer {
  readonly server: Server
  /** Connections that have shaken hands, oldest first. */
  readonly secured: TLSSocket[] = []
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.server = server
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket.on('error', () => {}))
    })
    server.on('secureConnection', (socket: TLSSocket) => {
      this.secured.push(socket.on('error', () => {}))
    })
  }

  /** A TLS server on 127.0.0.1. */
  static secure(options: ServerOptions): Promise<Peer> {
    return new Peer(createServer(options).on('tlsClientError', () => {})).#listen()
  }

  /** A server on 127.0.0.1 that does as `handle` says. */
  static plain(handle: (socket: Socket) => void): Promise<Peer> {
    return new Peer(createPlainServer(handle)).#listen()
  }

  /** Where it listens. */
  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async #listen(): Promise<this> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }
}

/** A transport, and what it says. */
export class Client {
  readonly lines: Line[] = []
  readonly transport: Transport
  /** What the clock tells, ms since 1970. */
  nowMs: number = Date.now()
  readonly #open: Connection[] = []

  /** Trusts the tests' authority, and takes every name for one of 127.0.0.1. */
  constructor(options: TlsOptions = {}) {
    const log =
      (level: string) =>
      (message: string, fields?: LogFields): void =>
        void this.lines.push({ level, message, fields })
    const env: Env = {
      clock: { now: () => 0, epochMs: () => this.nowMs, schedule: () => ({ cancel: () => {} }) },
      random: () => 0,
      logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
      clientId: 'test',
    }
    const trusted = options.credentials === undefined && options.ca === undefined ? { ca: authority.cert } : {}
    const lookup = (): Promise<{ address: string; family: number }[]> =>
      Promise.resolve([{ address: '127.0.0.1', family: 4 }])
    this.transport = tls({ lookup, ...trusted, ...options } as TlsOptions)(env)
  }

  /** Connects, and tells how it ends. */
  async connect(peer: Peer, host = 'localhost'): Promise<{ connection: Connection; closed: Promise<Error | null> }> {
    const { promise: closed, resolve } = Promise.withResolvers<Error | null>()
    const sink: ByteSink = { onData: () => {}, onDrain: () => {}, onClose: resolve }
    return { connection: await this.dial(peer, sink, host), closed }
  }

  /** Connects with a sink of the test's own. */
  async dial(peer: Peer, sink: ByteSink, host = 'localhost', signal?: AbortSignal): Promise<Connection> {
    const to = { host, port: peer.port, purpose: 'broker', nodeId: 1 } as const
    const connection = await this.transport.connect(to, sink, signal ?? new AbortController().signal)
    this.#open.push(connection)
    return connection
  }

  /** The error that an attempt ends with, at once or right after the handshake. */
  async refusal(peer: Peer, host = 'localhost'): Promise<Error> {
    try {
      const { closed } = await this.connect(peer, host)
      const error = await closed
      if (error === null) throw new Error('it ended in order')
      return error
    } catch (error) {
      return error as Error
    }
  }

  [Symbol.dispose](): void {
    for (const connection of this.#open) connection.destroy(new Error('the test is over'))
  }
}
