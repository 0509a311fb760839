import type { BrokerAddress, Connection, Plugin, Transport } from '@posthorn/contracts'
import { conformanceEnv, type ConformanceEnv } from '../env.ts'
import type { ConformanceCase, Features } from '../case.ts'
import { loopback, type ConformanceServer, type Listen } from './loopback.ts'
import { Peer } from './peer.ts'
import { RecordingSink } from './recordingSink.ts'
import { Watch } from './watch.ts'

/** What `transportConformance` needs to know. */
export interface TransportSetup {
  /** Makes the plugin, as an application would. Called for each case. */
  readonly create: () => Plugin<Transport>
  /** What `secure` has to be. Default false. */
  readonly secure?: boolean | undefined
  /** Starts a server that the transport can reach. Default: a plain one on 127.0.0.1. */
  readonly listen?: Listen | undefined
  /** `reset`: a connection that the peer resets ends with an error. */
  readonly features?: Features<'reset'> | undefined
  /** How long to wait for what does not happen before a case fails, in ms. Default 4000. */
  readonly patienceMs?: number | undefined
}

/** An open connection with what belongs to it. */
export interface Link {
  readonly connection: Connection
  readonly sink: RecordingSink
  readonly peer: Peer
}

/** A server and a transport for one case. */
export class Rig {
  readonly env: ConformanceEnv = conformanceEnv()
  readonly watch: Watch
  readonly transport: Transport
  /** Connections that the server has seen, in order. */
  readonly peers: Peer[] = []
  /** Where the server listens. */
  address!: BrokerAddress
  readonly #listen: Listen
  readonly #connections: Connection[] = []
  #server: ConformanceServer | undefined

  constructor(setup: TransportSetup) {
    this.watch = new Watch(setup.patienceMs ?? 4000)
    this.transport = setup.create()(this.env)
    this.#listen = setup.listen ?? loopback
  }

  /** Starts the server; `greet` is called for each connection that it gets. */
  async listen(greet: (peer: Peer) => void = () => {}): Promise<void> {
    this.#server = await this.#listen((socket) => {
      const peer = new Peer(socket, this.watch)
      this.peers.push(peer)
      greet(peer)
      this.watch.notice()
    })
    this.address = { host: this.#server.host, port: this.#server.port, purpose: 'broker', nodeId: 1 }
  }

  /** Stops the server, so that its address refuses connections. */
  async stopListening(): Promise<void> {
    for (const peer of this.peers) peer.destroy()
    await this.#server?.close()
    this.#server = undefined
  }

  /** A sink that tells the rig's watch. */
  sink(): RecordingSink {
    return new RecordingSink(this.watch)
  }

  /** Connects, and knows the connection as one to let go of in the end. */
  async dial(sink: RecordingSink, signal: AbortSignal = new AbortController().signal): Promise<Connection> {
    const connection = await this.transport.connect(this.address, sink, signal)
    this.#connections.push(connection)
    return connection
  }

  /** Connects, and waits until the server has noticed. */
  async link(): Promise<Link> {
    const [sink, before] = [this.sink(), this.peers.length]
    const connection = await this.dial(sink)
    await this.watch.until(
      () => this.peers.length > before,
      `connection ${before + 1} at the server`,
      () => `${this.peers.length} of them`,
    )
    return { connection, sink, peer: this.peers[before]! }
  }

  /** Lets go of everything. */
  async close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy(new Error('the case is over'))
    this.transport.close?.()
    await this.stopListening()
  }
}

/** A case on a rig of its own, which listens already and calls `greet` for each connection that the server gets. */
export function onRig(
  setup: TransportSetup,
  name: string,
  work: (rig: Rig) => Promise<void>,
  greet?: (peer: Peer) => void,
): ConformanceCase {
  return {
    name,
    async run() {
      const rig = new Rig(setup)
      try {
        await rig.listen(greet)
        await work(rig)
      } finally {
        await rig.close()
      }
    },
  }
}
