import { connect, type Socket } from 'node:net'
import type { BrokerAddress, ByteSink, Connection, Env, Plugin, Transport } from '@posthorn/contracts'

/** Where a planted bug may change how a connection ends. */
export interface Ways {
  /** What to do when the peer has ended. */
  readonly peerEnded: (socket: Socket) => void
  /** How `end` ends. */
  readonly end: (socket: Socket, env: Env) => void
  /** How `destroy` ends. */
  readonly destroy: (socket: Socket) => void
}

const honestWays: Ways = {
  peerEnded: (socket) => socket.destroy(),
  end: (socket, env) => {
    socket.end(() => {
      const timer = env.clock.schedule(5000, () => socket.destroy())
      socket.once('close', () => timer.cancel())
    })
  },
  destroy: (socket) => socket.destroy(),
}

/** The smallest transport that keeps the contract, to plant bugs in. */
export function honestTransport(ways: Partial<Ways> = {}): Plugin<Transport> {
  const { peerEnded, end, destroy } = { ...honestWays, ...ways }
  const open = (socket: Socket, sink: ByteSink, env: Env): Connection => {
    let reason: Error | null = null
    let stuck = false
    let over = false
    socket.on('data', (chunk: Uint8Array) => sink.onData(chunk))
    socket.on('drain', () => {
      if (stuck) sink.onDrain()
      stuck = false
    })
    socket.on('error', (error) => (reason ??= error))
    socket.on('end', () => peerEnded(socket))
    socket.on('close', () => sink.onClose(reason))
    return {
      write(chunks, released) {
        const all = Buffer.concat(chunks)
        if (over || !socket.writable || all.length === 0) {
          queueMicrotask(released)
          return true
        }
        stuck = !socket.write(all, () => released())
        return !stuck
      },
      end() {
        if (over || !socket.writable) return
        over = true
        end(socket, env)
      },
      destroy(error) {
        if (socket.destroyed) return
        over = true
        reason ??= error
        destroy(socket)
      },
    }
  }

  return (env) => ({
    name: 'honest',
    secure: false,
    connect: (to: BrokerAddress, sink: ByteSink, signal: AbortSignal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const socket = connect({ host: to.host, port: to.port, noDelay: true })
        const give = (reason: Error): void => {
          signal.removeEventListener('abort', abort)
          socket.destroy()
          reject(reason)
        }
        const abort = (): void => give(signal.reason as Error)
        signal.addEventListener('abort', abort)
        socket.once('error', give)
        socket.once('connect', () => {
          signal.removeEventListener('abort', abort)
          socket.off('error', give)
          resolve(open(socket, sink, env))
        })
      }),
  })
}
