import type { OnReadOpts, Socket } from 'node:net'
import type { ByteSink, Clock, Connection } from '@posthorn/contracts'
import { SocketConnection } from './socketConnection.ts'

/** How to open one connection. */
export interface OpenOptions {
  /** Starts the attempt; the socket has to read by the given options. Called at once, may throw. */
  readonly start: (onread: OnReadOpts) => Socket
  /** The event that tells that the connection can be used. */
  readonly ready: 'connect' | 'secureConnect'
  /** Takes what arrives. */
  readonly sink: ByteSink
  /** Time for `endTimeoutMs`. */
  readonly clock: Clock
  /** After `end`, and when all was sent: how long to wait for the peer to end too, in ms. */
  readonly endTimeoutMs: number
  /** Called once when an established connection is over, right before the sink's `onClose`. */
  readonly onOver: () => void
  /** Gives the attempt up. */
  readonly signal: AbortSignal
  /**
   * Says of an error of the socket what it means. Called for the one that ends the attempt, and for the one that ends
   * the connection, with what has arrived by then. Default: errors are Node's own.
   */
  readonly explain?: ((error: Error, received: boolean) => Error) | undefined
}

/** Bytes taken in one go: what Node itself asks the system for. */
const readBytes = 65_536

/**
 * Opens a connection on one of Node's sockets. Rejects with the socket's error, or with the signal's reason, and leaves
 * nothing open then. What arrives is read into one buffer for each connection and given to the sink from there.
 */
export function openConnection(options: OpenOptions): Promise<Connection> {
  const { start, ready, sink, clock, endTimeoutMs, onOver, signal } = options
  let received = false
  const explain = (error: Error): Error => options.explain?.(error, received) ?? error
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = start({
      buffer: new Uint8Array(readBytes),
      callback: (length, memory) => {
        received = true
        sink.onData(memory.subarray(0, length))
        return true
      },
    })

    const settle = (): void => {
      signal.removeEventListener('abort', onAbort)
      socket.off(ready, onReady).off('error', onError).off('close', onClose)
    }
    const onReady = (): void => {
      settle()
      resolve(new SocketConnection(socket, { sink, clock, endTimeoutMs, onOver, explain }))
    }
    const onError = (error: Error): void => {
      settle()
      fail(explain(error))
    }
    const onClose = (): void => onError(new Error('the connection was closed before it was established'))
    const onAbort = (): void => {
      settle()
      fail(signal.reason)
    }
    const fail = (reason: unknown): void => {
      // A socket may tell of one more error while it goes, and without a listener that would end the process.
      socket.on('error', () => {})
      socket.destroy()
      // The reason is the caller's own, whatever it is.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(reason)
    }

    signal.addEventListener('abort', onAbort)
    socket.on(ready, onReady).on('error', onError).on('close', onClose)
  })
}
