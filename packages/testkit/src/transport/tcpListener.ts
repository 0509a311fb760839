import type { Server, Socket } from 'node:net'
import type { Broker } from '../cluster/broker.ts'
import type { ClusterState } from '../cluster/clusterState.ts'
import { BrokerConnection } from '../connection/brokerConnection.ts'
import { type Accepted, openServer, renewServer, type ServerTls } from './sockets.ts'

/** Where and how a cluster listens. */
export interface ListenOptions {
  /** Port of the first broker, the others follow; 0 (default) lets the system choose for each. */
  readonly port?: number | undefined
  /** Speaks TLS, and nothing else. Default: plain TCP. */
  readonly tls?: ServerTls | undefined
}

const host = '127.0.0.1'

/** The brokers of a cluster on real ports of this machine, reachable from nowhere else. */
export class TcpListener {
  readonly #cluster: ClusterState
  readonly #servers = new Map<Broker, Server>()
  readonly #sockets = new Set<Socket>()
  #tls: ServerTls | undefined

  constructor(cluster: ClusterState) {
    this.#cluster = cluster
  }

  /** Opens a port for every broker that runs. */
  async open({ port = 0, tls }: ListenOptions = {}): Promise<void> {
    this.#tls = tls
    for (const broker of this.#cluster.brokers) {
      const wanted = port === 0 ? 0 : port + broker.id
      broker.addresses.set('tcp', { host, port: wanted })
      if (broker.alive) await this.start(broker)
    }
  }

  /** Opens the port of a broker, the one that it had before. */
  async start(broker: Broker): Promise<void> {
    if (this.#servers.has(broker)) return
    const server = openServer(this.#tls, {
      onPlain: (socket) => this.#hold(socket, broker),
      onReady: (accepted) => this.#serve(accepted, broker),
    })
    this.#servers.set(broker, server)
    const { port } = broker.address('tcp')
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
    const address = server.address()
    if (address !== null && typeof address === 'object') broker.addresses.set('tcp', { host, port: address.port })
  }

  /** Shows another certificate from now on; connections stay as they are. */
  renew(tls: ServerTls): void {
    if (this.#tls === undefined) throw new Error('the cluster does not listen with TLS')
    this.#tls = tls
    for (const server of this.#servers.values()) renewServer(server, tls)
  }

  /** Closes the port of a broker that was stopped. */
  stop(broker: Broker): void {
    this.#servers.get(broker)?.close()
    this.#servers.delete(broker)
  }

  /** Closes all ports and connections. */
  async close(): Promise<void> {
    const closing = [...this.#servers.values()].map((server) => new Promise((resolve) => server.close(resolve)))
    this.#servers.clear()
    for (const socket of this.#sockets) socket.destroy()
    for (const broker of this.#cluster.brokers) broker.addresses.delete('tcp')
    await Promise.all(closing)
  }

  #hold(socket: Socket, broker: Broker): void {
    // What went wrong does not matter to a broker: `close` follows.
    socket.on('error', () => {})
    if (broker.status === 'stopped') {
      socket.destroy()
      return
    }
    socket.setNoDelay(true)
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #serve({ socket, reset }: Accepted, broker: Broker): void {
    if (broker.status === 'stopped') {
      socket.destroy()
      return
    }
    const connection = new BrokerConnection(this.#cluster, broker, 'tcp', {
      send: (bytes) => void socket.write(bytes),
      end: () => void socket.end(),
      reset,
    })
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => connection.receive(bytes))
    socket.on('end', () => connection.ended())
    socket.on('close', () => connection.gone())
  }
}
