/** Rooms together are at most this share of `bufferMemory`, which does not count them. */
const SHARE_OF_MEMORY = 1 / 8

/**
 * Memory that codecs may put their results into, lent to a batch until its memory goes back. Results in arrays of their
 * own would be memory outside of the heap by the megabyte: V8 then collects all of its heap several times a second
 * (docs/decisions/0019). Where all rooms are lent, codecs make arrays of their own.
 */
export class ResultRooms {
  /** Bytes of each: what a batch of the ordinary size can become, unless it grows. */
  private readonly size: number
  /** Rooms that may still be made. */
  private unmade: number
  private readonly kept: Uint8Array[] = []

  constructor(bufferMemory: number, size: number) {
    this.size = size
    this.unmade = Math.floor((bufferMemory * SHARE_OF_MEMORY) / size)
  }

  /** Room for the result of `bytes`, its content undefined; `undefined` when there is none for so many. */
  lend(bytes: number): Uint8Array | undefined {
    if (bytes > this.size) return undefined
    const room = this.kept.pop()
    if (room !== undefined || this.unmade === 0) return room
    this.unmade--
    return new Uint8Array(this.size)
  }

  /** Takes back what was lent. The borrower must not touch it again. */
  takeBack(room: Uint8Array): void {
    this.kept.push(room)
  }
}
