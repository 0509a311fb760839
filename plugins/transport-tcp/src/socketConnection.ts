import type { Socket } from 'node:net'
import type { ByteSink, Clock, Connection, Timer } from '@posthorn/contracts'
import { noTimer } from '@posthorn/contracts'

/** What a connection is made with, beside its socket. */
export interface ConnectionParts {
  readonly sink: ByteSink
  readonly clock: Clock
  readonly endTimeoutMs: number
  /** Called once, right before the sink's `onClose`. */
  readonly onOver: () => void
  /** Says of an error of the socket what it means. */
  readonly explain: (error: Error) => Error
}

/** A connection on one of Node's sockets, plain or secure, from the moment it is established. */
export class SocketConnection implements Connection {
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #endTimeoutMs: number
  #reason: Error | null = null
  #ended = false
  #blocked = false
  #timer: Timer = noTimer

  /** Takes over an established socket. */
  constructor(socket: Socket, { sink, clock, endTimeoutMs, onOver, explain }: ConnectionParts) {
    this.#socket = socket
    this.#clock = clock
    this.#endTimeoutMs = endTimeoutMs
    socket.on('drain', () => {
      if (!this.#blocked) return
      this.#blocked = false
      sink.onDrain()
    })
    socket.on('error', (error) => {
      this.#reason ??= explain(error)
    })
    // What is still unsent cannot be answered any more; a peer that has ended but takes nothing would hold us up.
    socket.on('end', () => socket.destroy())
    socket.on('close', () => {
      this.#timer.cancel()
      onOver()
      sink.onClose(this.#reason)
    })
  }

  write(chunks: readonly Uint8Array[], released: () => void): boolean {
    const socket = this.#socket
    const last = chunks.length - 1
    if (this.#ended || !socket.writable || last < 0) {
      queueMicrotask(released)
      return last < 0
    }
    if (last > 0) {
      socket.cork()
      for (let i = 0; i < last; i++) socket.write(chunks[i]!)
    }
    // Chunks leave in order, so one callback on the last of them speaks for all; the others cost none.
    socket.write(chunks[last]!, released)
    if (last > 0) socket.uncork()

    // Node asks for a pause after every write above its mark, also when the system has taken all of it at once.
    if (!socket.writableNeedDrain || socket.writableLength === 0) return true
    this.#blocked = true
    return false
  }

  end(): void {
    const socket = this.#socket
    if (this.#ended || !socket.writable) return
    this.#ended = true
    // Closing at once would answer what still arrives with a reset, and that can cost the peer what it has not read.
    socket.end(() => {
      if (socket.destroyed) return
      this.#timer = this.#clock.schedule(this.#endTimeoutMs, () => socket.destroy())
    })
  }

  destroy(error: Error): void {
    if (this.#socket.destroyed) return
    this.#reason ??= error
    this.#socket.destroy()
  }
}
