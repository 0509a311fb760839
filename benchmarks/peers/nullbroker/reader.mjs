/** A request, read from front to back: integers as Kafka writes them, strings and counts of either encoding. */
export class Reader {
  /**
   * @param {Buffer} bytes
   * @param {number} at
   * @param {number} end
   */
  constructor(bytes, at, end) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  i16() {
    return this.bytes.readInt16BE(this.skip(2))
  }

  i32() {
    return this.bytes.readInt32BE(this.skip(4))
  }

  varint() {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = /** @type {number} */ (this.bytes[this.skip(1)])
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    return value
  }

  /**
   * Where the skipped bytes begin.
   *
   * @param {number} size
   */
  skip(size) {
    const from = this.at
    this.at += Math.max(0, size)
    if (this.at > this.end) throw new Error('a request is shorter than it says')
    return from
  }

  /** @param {boolean} flexible */
  count(flexible) {
    return flexible ? this.varint() - 1 : this.i32()
  }

  /** @param {boolean} flexible */
  string(flexible) {
    const length = flexible ? this.varint() - 1 : this.i16()
    const from = this.skip(length)
    return this.bytes.toString('latin1', from, from + Math.max(0, length))
  }

  /** @param {boolean} flexible */
  tags(flexible) {
    if (!flexible) return
    for (let n = this.varint(); n > 0; n--) {
      this.varint()
      this.skip(this.varint())
    }
  }
}
