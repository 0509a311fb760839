import type { BrokerAddress, ByteSink, Clock, Connection, Plugin, Transport } from '@posthorn/contracts'

/** The other end of one connection, in the hands of a test. */
export interface Peer {
  readonly address: BrokerAddress
  /** Number of the connection, from 0. */
  readonly number: number
  /** All bytes that arrived. */
  readonly received: () => Buffer
  /** Why the producer destroyed the connection; `undefined` while it has not. */
  destroyed: Error | undefined
  /** Whether the producer ended it in an orderly way. */
  ended: boolean
  /** Sends bytes to the producer. */
  send(bytes: Uint8Array): void
  /** Closes the connection: in an orderly way, or for a reason. */
  close(error?: Error | null): void
}

/** What a peer does when it has been connected to, or when bytes arrive. */
export interface Script {
  /** `refuse`: the connection cannot be opened. `silent`: it never comes about. */
  readonly connect?: (to: BrokerAddress, number: number) => 'refuse' | 'silent' | undefined
  readonly onOpen?: (peer: Peer) => void
  readonly onBytes?: (peer: Peer, bytes: Uint8Array) => void
}

/** A transport to peers that do as they are told, and the peers. */
export function scriptedTransport(
  clock: Clock,
  script: Script,
): { transport: Plugin<Transport>; peers: Peer[]; attempts: () => number; aborted: () => number } {
  const peers: Peer[] = []
  let attempts = 0
  let aborted = 0
  const connect = async (address: BrokerAddress, sink: ByteSink, signal: AbortSignal): Promise<Connection> => {
    const number = attempts++
    const how = script.connect?.(address, number)
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => {
        aborted++
        reject(signal.reason as Error)
      })
      if (how !== 'silent') clock.schedule(0, resolve)
    })
    if (how === 'refuse') throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    return open(address, sink, number)
  }
  const open = (address: BrokerAddress, sink: ByteSink, number: number): Connection => {
    const chunks: Uint8Array[] = []
    let over = false
    const finish = (error: Error | null): void => {
      if (over) return
      over = true
      sink.onClose(error)
    }
    const peer: Peer = {
      address,
      number,
      received: () => Buffer.concat(chunks),
      destroyed: undefined,
      ended: false,
      send: (bytes) => {
        if (!over) sink.onData(bytes)
      },
      close: (error = null) => finish(error),
    }
    peers.push(peer)
    clock.schedule(0, () => script.onOpen?.(peer))
    return {
      write(pieces, released) {
        const bytes = Buffer.concat(pieces)
        clock.schedule(0, () => {
          released()
          if (over) return
          chunks.push(bytes)
          script.onBytes?.(peer, bytes)
        })
        return true
      },
      end: () => {
        peer.ended = true
        clock.schedule(0, () => finish(null))
      },
      destroy: (error) => {
        peer.destroyed = error
        clock.schedule(0, () => finish(error))
      },
    }
  }
  return {
    transport: () => ({ name: 'scripted', secure: true, connect }),
    peers,
    attempts: () => attempts,
    aborted: () => aborted,
  }
}
