import type { ByteSink, Connection } from '@posthorn/contracts'
import type { Broker } from '../cluster/broker.ts'
import type { ClusterState } from '../cluster/clusterState.ts'
import { BrokerConnection } from '../connection/brokerConnection.ts'
import { Channel, cutAnywhere } from './channel.ts'
import type { MemoryTransportOptions } from './memoryTransport.ts'

/**
 * A connection in memory. What the producer writes is read only when it arrives, as a socket may read it late: memory
 * that is used again before `released` reaches the broker damaged, and a test notices.
 */
export class MemoryConnection implements Connection {
  readonly #cluster: ClusterState
  readonly #sink: ByteSink
  readonly #options: MemoryTransportOptions
  readonly #toBroker: Channel
  readonly #toClient: Channel
  readonly #broker: BrokerConnection
  #pendingBytes = 0
  #drainOwed = false
  /** `ending` after `end`: nothing more is written, but answers still come. */
  #state: 'open' | 'ending' | 'over' = 'open'

  constructor(cluster: ClusterState, broker: Broker, sink: ByteSink, options: MemoryTransportOptions) {
    const { clock, latencyMs } = cluster.settings
    this.#cluster = cluster
    this.#sink = sink
    this.#options = options
    this.#toBroker = new Channel(clock, latencyMs)
    this.#toClient = new Channel(clock, latencyMs)
    this.#broker = new BrokerConnection(cluster, broker, 'memory', {
      send: (bytes) => this.#deliver(bytes),
      end: () => this.#toClient.push(() => this.#over(null)),
      reset: () => this.#toClient.push(() => this.#over(reset())),
    })
  }

  /** {@inheritDoc Connection.write} */
  write(chunks: readonly Uint8Array[], released: () => void): boolean {
    if (this.#state !== 'open') {
      this.#cluster.settings.clock.schedule(0, released)
      return true
    }
    for (const chunk of chunks) {
      for (const piece of this.#pieces(chunk)) this.#toBroker.push(() => this.#broker.receive(piece))
    }
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    this.#pendingBytes += size
    this.#toBroker.push(() => this.#onArrived(size, released))
    this.#drainOwed = this.#pendingBytes > (this.#options.highWaterMark ?? Infinity)
    return !this.#drainOwed
  }

  /** {@inheritDoc Connection.end} */
  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ending'
    this.#toBroker.push(() => this.#broker.ended())
  }

  /** {@inheritDoc Connection.destroy} */
  destroy(error: Error): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#toBroker.push(() => this.#broker.gone())
    this.#cluster.settings.clock.schedule(0, () => this.#sink.onClose(error))
  }

  #onArrived(size: number, released: () => void): void {
    this.#pendingBytes -= size
    released()
    if (this.#pendingBytes > 0 || !this.#drainOwed) return
    this.#drainOwed = false
    if (this.#state === 'open') this.#sink.onDrain()
  }

  #deliver(bytes: Uint8Array): void {
    for (const piece of this.#pieces(bytes)) {
      this.#toClient.push(() => {
        if (this.#state !== 'over') this.#sink.onData(piece)
      })
    }
  }

  #over(error: Error | null): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#sink.onClose(error)
  }

  #pieces(bytes: Uint8Array): readonly Uint8Array[] {
    if (bytes.length === 0) return []
    return this.#options.chunking === true ? cutAnywhere(bytes, this.#cluster.settings.random) : [bytes]
  }
}

function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
}
