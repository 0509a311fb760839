import { connect, type Socket } from 'node:net'

const lastWordsMs = 1000

/** One connection of a client, passed on to a broker, and what is being done to it. */
export class Link {
  readonly #client: Socket
  readonly #broker: Socket
  #swallows = false
  #tears: 'none' | 'answer' | 'request' = 'none'
  #heldTimer: NodeJS.Timeout | undefined
  #cutTimer: NodeJS.Timeout | undefined
  readonly #now: () => number
  /** When bytes last came from the client, on the clock that was given; before all time at first. */
  lastRequestMs: number = Number.NEGATIVE_INFINITY

  constructor(client: Socket, port: number, onClosed: (link: Link) => void, now: () => number) {
    this.#now = now
    this.#client = client
    this.#broker = connect({ port, host: '127.0.0.1', noDelay: true })
    client.setNoDelay(true)
    client.on('data', (chunk) => this.#request(chunk))
    this.#broker.on('data', (chunk) => this.#answer(chunk))
    client.on('drain', () => this.#resume())
    this.#broker.on('drain', () => client.resume())
    // What a socket died of shows on its other side, which the proxy closes.
    client.on('error', () => {})
    this.#broker.on('error', () => {})
    let sides = 2
    const closed = (other: Socket): void => {
      clearTimeout(this.#heldTimer)
      clearTimeout(this.#cutTimer)
      if (--sides === 0) {
        onClosed(this)
        return
      }
      other.destroySoon()
      // What a socket has left to say may be for somebody who never reads again.
      const limit = setTimeout(() => other.destroy(), lastWordsMs)
      other.once('close', () => clearTimeout(limit))
    }
    client.on('close', () => closed(this.#broker))
    this.#broker.on('close', () => closed(client))
  }

  /** Whether both sides are open. */
  get whole(): boolean {
    return !this.#client.destroyed && !this.#broker.destroyed
  }

  /** Closes both sides: in order, or so that the client sees a reset. */
  cut(how: 'cut' | 'reset'): void {
    this.#broker.destroy()
    // Node refuses to reset a socket that is being ended, and then never closes it.
    if (how === 'reset' && !this.#client.writableEnded) this.#client.resetAndDestroy()
    else this.#client.destroy()
  }

  /** From now on requests reach the broker and answers reach nobody; then the connection is cut. */
  swallow(forMs: number): void {
    this.#swallows = true
    this.#cutTimer ??= setTimeout(() => this.cut('cut'), forMs)
  }

  /** Holds answers back; nothing is lost and nothing changes places. */
  delay(forMs: number): void {
    this.#broker.pause()
    clearTimeout(this.#heldTimer)
    this.#heldTimer = setTimeout(() => {
      this.#heldTimer = undefined
      this.#resume()
    }, forMs)
  }

  /** Lets half of the next piece through in one direction, then cuts. */
  tear(what: 'answer' | 'request'): void {
    this.#tears = what
  }

  #request(chunk: Buffer): void {
    this.lastRequestMs = this.#now()
    if (this.#tears === 'request') {
      this.#broker.write(chunk.subarray(0, chunk.length >> 1))
      this.#client.pause()
      this.#cutTimer ??= setTimeout(() => this.cut('reset'), lastWordsMs)
      // Only once the half is with the broker, or it would never get there.
      this.#broker.end(() => this.cut('reset'))
    } else if (!this.#broker.write(chunk)) this.#client.pause()
  }

  #answer(chunk: Buffer): void {
    if (this.#swallows) return
    if (this.#tears === 'answer') {
      this.#swallows = true
      this.#client.end(chunk.subarray(0, chunk.length >> 1))
      this.#broker.destroy()
    } else if (!this.#client.write(chunk)) this.#broker.pause()
  }

  #resume(): void {
    if (this.#heldTimer === undefined && !this.#client.writableNeedDrain) this.#broker.resume()
  }
}
