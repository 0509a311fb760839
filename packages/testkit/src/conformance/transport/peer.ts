import type { Duplex } from 'node:stream'
import type { Watch } from './watch.ts'

/** The server's side of a connection. */
export class Peer {
  readonly #socket: Duplex
  readonly #chunks: Uint8Array[] = []
  readonly #take: (chunk: Uint8Array) => void
  #length = 0
  #over = false

  constructor(socket: Duplex, watch: Watch) {
    this.#socket = socket
    const over = (): void => {
      this.#over = true
      watch.notice()
    }
    socket.on('end', over).on('close', over)
    // That it is over is all that a case asks for.
    socket.on('error', () => {})
    this.#take = (chunk) => {
      this.#chunks.push(chunk)
      this.#length += chunk.length
      watch.notice()
    }
  }

  /** Number of bytes read so far. */
  get length(): number {
    return this.#length
  }

  /** Whether the client has ended its side, and all before was read; or nothing is left of the connection. */
  get over(): boolean {
    return this.#over
  }

  /** What it has seen, in words. */
  get told(): string {
    return `${this.#length} bytes${this.#over ? ' and the end' : ''} at the peer`
  }

  /** Starts to read; before, the peer takes nothing. */
  read(): this {
    this.#socket.on('data', this.#take)
    this.#socket.resume()
    return this
  }

  /** The bytes read so far. */
  bytes(): Uint8Array {
    return Buffer.concat(this.#chunks)
  }

  /** Sends bytes. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** Ends the peer's side, after what was written. */
  end(): void {
    this.#socket.end()
  }

  /** Ends the connection at once, in the way that a client sees as an error. */
  cut(): void {
    const { resetAndDestroy } = this.#socket as Duplex & { resetAndDestroy?: () => void }
    if (resetAndDestroy === undefined) throw new Error('the sockets of this server cannot be reset')
    resetAndDestroy.call(this.#socket)
  }

  /** Lets go of the socket. */
  destroy(): void {
    this.#socket.destroy()
  }
}
