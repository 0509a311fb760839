import { FrameSplitter } from '@posthorn/protocol'
import type { Broker, ListenerName } from '../cluster/broker.ts'
import type { ClusterState } from '../cluster/clusterState.ts'
import { ClientSession } from '../security/clientSession.ts'
import { runRequest } from './runRequest.ts'

/** The client's end of a connection, as a transport shows it to the broker. Nothing is called after `end` or `reset`. */
export interface Peer {
  /** Sends bytes, which are not changed afterwards. */
  send(bytes: Uint8Array): void
  /** Closes in an orderly way after what was sent. */
  end(): void
  /** Closes at once. */
  reset(): void
}

/**
 * The broker's end of a connection, whatever carries it: cuts bytes into requests and runs them one after the other,
 * as Kafka does, so that answers leave in the order of their requests.
 *
 * When the client has gone, what it had sent is still run: a broker reads a socket to its end. That is how a batch
 * comes to be stored after its producer has given it up.
 */
export class BrokerConnection {
  readonly id: number
  readonly broker: Broker
  readonly listener: ListenerName
  readonly cluster: ClusterState
  readonly session: ClientSession
  readonly #peer: Peer
  readonly #splitter = new FrameSplitter()
  #requests: Uint8Array[] = []
  #running = false
  #ended = false
  #mute = false
  /** False once the connection is over for the broker, or its client has gone. */
  #open = true
  /** True once requests must not be run any more: the broker stopped, or closed the connection itself. */
  #dead = false

  constructor(cluster: ClusterState, broker: Broker, listener: ListenerName, peer: Peer) {
    this.id = cluster.nextConnection()
    this.cluster = cluster
    this.broker = broker
    this.listener = listener
    this.session = new ClientSession(cluster.settings.sasl, cluster.settings.clock)
    this.#peer = peer
    broker.connections.add(this)
  }

  /** Whether its requests are of no interest any more. */
  get dead(): boolean {
    return this.#dead
  }

  /** Takes bytes from the client; they are copied. */
  receive(bytes: Uint8Array): void {
    if (this.#dead) return
    try {
      this.#splitter.push(bytes, (frame) => this.#requests.push(new Uint8Array(frame)))
    } catch {
      this.cut()
      return
    }
    this.resume()
  }

  /** The client will send nothing more. */
  ended(): void {
    this.#ended = true
    this.resume()
  }

  /** The client has gone, without waiting for answers. */
  gone(): void {
    this.#open = false
    this.ended()
  }

  /** Goes on after the broker was paused. */
  resume(): void {
    if (!this.#running) void this.#run()
  }

  /** Sends an answer, unless answers get lost. */
  send(bytes: Uint8Array): void {
    if (this.#open && !this.#mute) this.#peer.send(bytes)
  }

  /** Loses every answer from now on. */
  loseAnswers(): void {
    this.#mute = true
  }

  /** Closes the connection as a broker does that is done with it. */
  close(): void {
    this.#finish(() => this.#peer.end())
  }

  /** Breaks the connection. */
  cut(): void {
    this.#finish(() => this.#peer.reset())
  }

  /** Is no more, without a word to the client. */
  vanish(): void {
    this.#finish(() => {})
  }

  async #run(): Promise<void> {
    this.#running = true
    for (;;) {
      if (this.#dead || this.broker.status !== 'running') break
      const frame = this.#requests.shift()
      if (frame === undefined) break
      await runRequest(frame, this)
    }
    this.#running = false
    if (this.#ended && this.#requests.length === 0) this.close()
  }

  #finish(tell: () => void): void {
    if (this.#dead) return
    this.#dead = true
    this.#requests = []
    this.broker.connections.delete(this)
    if (this.#open) tell()
    this.#open = false
  }
}
