const HEAD = 0
const TAIL = 1
const HEADER_BYTES = 4
/** In place of a length: the next message begins at the start of the ring. */
const WRAPPED = 0xffff_ffff

/**
 * Messages from one thread to one other, in shared memory: what a sender of records in another thread would need at
 * least. Each side keeps its own place, and wakes the other no more often than it is asked to.
 */
export class Ring {
  /** @param {SharedArrayBuffer} memory 8 bytes for the places, then a power of two */
  constructor(memory) {
    this.memory = memory
    this.places = new Int32Array(memory, 0, 2)
    this.bytes = new Uint8Array(memory, 8)
    this.view = new DataView(memory, 8)
    this.size = this.bytes.length
    /** Where this side is; the places wrap at 2^32, of which the size is a divisor. */
    this.at = 0
    /** Where the other side was when it was looked at last. */
    this.other = 0
  }

  /** @param {number} size of two's powers, bytes */
  static make(size) {
    return new Ring(new SharedArrayBuffer(8 + size))
  }

  /**
   * Writes a message, which is read only after {@link publish}; false when there is no room.
   *
   * @param {Uint8Array} message
   */
  write(message) {
    const needed = (HEADER_BYTES + message.length + 3) & ~3
    let start = this.at & (this.size - 1)
    const rest = this.size - start
    const skipped = rest < needed ? rest : 0
    if (!this.hasRoom(needed + skipped)) return false
    if (skipped > 0) {
      this.view.setUint32(start, WRAPPED, true)
      start = 0
    }
    this.view.setUint32(start, message.length, true)
    this.bytes.set(message, start + HEADER_BYTES)
    this.at = (this.at + needed + skipped) | 0
    return true
  }

  /** Shows the reader what was written, and wakes it. */
  publish() {
    Atomics.store(this.places, HEAD, this.at)
    Atomics.notify(this.places, HEAD)
  }

  /** The next message, valid until {@link release}; null when there is none. */
  read() {
    if (this.at === this.other) {
      this.other = Atomics.load(this.places, HEAD)
      if (this.at === this.other) return null
    }
    let start = this.at & (this.size - 1)
    let length = this.view.getUint32(start, true)
    if (length === WRAPPED) {
      this.at = (this.at + this.size - start) | 0
      start = 0
      length = this.view.getUint32(0, true)
    }
    this.at = (this.at + ((HEADER_BYTES + length + 3) & ~3)) | 0
    return this.bytes.subarray(start + HEADER_BYTES, start + HEADER_BYTES + length)
  }

  /** Gives the room of what was read back. */
  release() {
    Atomics.store(this.places, TAIL, this.at)
    Atomics.notify(this.places, TAIL)
  }

  /** Resolves when there is something to read. */
  async readable() {
    await Atomics.waitAsync(this.places, HEAD, this.at).value
  }

  /** Resolves when the reader has given room back. */
  async writable() {
    await Atomics.waitAsync(this.places, TAIL, this.other).value
  }

  /** @param {number} needed */
  hasRoom(needed) {
    if (this.size - ((this.at - this.other) >>> 0) >= needed) return true
    this.other = Atomics.load(this.places, TAIL)
    return this.size - ((this.at - this.other) >>> 0) >= needed
  }
}
