import { connect, createServer, type AddressInfo, type Server, type Socket, type TcpNetConnectOpts } from 'node:net'
import type { BrokerAddress, ByteSink, Connection, Env, Timer } from '@posthorn/contracts'
import { noopLogger } from '@posthorn/contracts'
import { tcp, type TcpOptions } from '../src/index.ts'

/** A server on loopback and a transport whose attempts all go there, whatever address they are made for. */
export class Harness {
  readonly server: Server
  /** Sockets of the server. */
  readonly accepted: Socket[] = []
  /** Options that the transport gave for each attempt. */
  readonly attempts: TcpNetConnectOpts[] = []
  /** Sockets of the transport. */
  readonly sockets: Socket[] = []
  /** Tasks on the producer's clock; a test runs them itself. */
  readonly tasks: Set<() => void> = new Set()
  /** Addresses that refuse. */
  readonly refusing: Set<string> = new Set()
  readonly #transport: ReturnType<ReturnType<typeof tcp>>
  #port = 0

  constructor(options: TcpOptions = {}) {
    this.server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {})
      this.accepted.push(socket)
      this.server.emit('accepted')
    })
    const env: Env = {
      clock: { now: () => 0, epochMs: () => 0, schedule: (_ms, task) => this.#schedule(task) },
      random: () => 0,
      logger: noopLogger,
      clientId: 'test',
    }
    this.#transport = tcp({ connect: (to) => this.#connect(to), ...options })(env)
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.#port = (this.server.address() as AddressInfo).port
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of [...this.accepted, ...this.sockets]) socket.destroy()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  /** Connects to `host`, and waits until the server has noticed. */
  async connect(sink: ByteSink = silent, host = '127.0.0.1'): Promise<{ connection: Connection; peer: Socket }> {
    const accepted = new Promise((resolve) => this.server.once('accepted', resolve))
    const connection = await this.dial(host, sink)
    await accepted
    return { connection, peer: this.accepted.at(-1)! }
  }

  /** Connects to `host`, without waiting for the server. */
  dial(
    host: string,
    sink: ByteSink = silent,
    signal: AbortSignal = new AbortController().signal,
    purpose: BrokerAddress['purpose'] = 'broker',
  ): Promise<Connection> {
    const to: BrokerAddress = { host, port: 9092, purpose, nodeId: 1 }
    return this.#transport.connect(to, sink, signal)
  }

  #connect(to: TcpNetConnectOpts): Socket {
    this.attempts.push(to)
    // Port 1 on loopback belongs to nobody, so it refuses.
    const port = this.refusing.has(to.host ?? '') ? 1 : this.#port
    const socket = connect({ ...to, host: '127.0.0.1', port })
    this.sockets.push(socket)
    return socket
  }

  #schedule(task: () => void): Timer {
    this.tasks.add(task)
    this.server.emit('scheduled')
    return { cancel: () => void this.tasks.delete(task) }
  }
}

const silent: ByteSink = { onData: () => {}, onDrain: () => {}, onClose: () => {} }

/** A sink that knows when it was closed. */
export function closing(): { sink: ByteSink; closed: Promise<Error | null> } {
  const { promise, resolve } = Promise.withResolvers<Error | null>()
  return { sink: { ...silent, onClose: resolve }, closed: promise }
}
