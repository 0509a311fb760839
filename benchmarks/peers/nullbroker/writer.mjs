/** A response, written from front to back behind its length. */
export class Writer {
  #bytes = Buffer.allocUnsafe(1024)
  #at = 4

  /** @param {number} value */
  i8(value) {
    this.#at = this.#room(1).writeUInt8(value, this.#at)
  }

  /** @param {number} value */
  i16(value) {
    this.#at = this.#room(2).writeInt16BE(value, this.#at)
  }

  /** @param {number} value */
  i32(value) {
    this.#at = this.#room(4).writeInt32BE(value | 0, this.#at)
  }

  /** @param {number} value exact, so within 53 bits */
  i64(value) {
    this.i32(Math.floor(value / 2 ** 32))
    this.i32(value % 2 ** 32)
  }

  /** @param {Buffer} id 16 bytes */
  uuid(id) {
    this.#at += id.copy(this.#room(16), this.#at)
  }

  /** @param {number} value */
  varint(value) {
    for (; value >= 0x80; value = Math.floor(value / 0x80)) this.i8((value & 0x7f) | 0x80)
    this.i8(value)
  }

  /**
   * @param {boolean} flexible
   * @param {string | null} text of single bytes
   */
  string(flexible, text) {
    if (flexible) this.varint(text === null ? 0 : text.length + 1)
    else this.i16(text === null ? -1 : text.length)
    if (text !== null) this.#at += this.#room(text.length).write(text, this.#at, 'latin1')
  }

  /**
   * @param {boolean} flexible
   * @param {number} count
   */
  count(flexible, count) {
    if (flexible) this.varint(count + 1)
    else this.i32(count)
  }

  /** @param {boolean} flexible */
  tags(flexible) {
    if (flexible) this.i8(0)
  }

  /** The whole frame. */
  finish() {
    this.#bytes.writeInt32BE(this.#at - 4, 0)
    return this.#bytes.subarray(0, this.#at)
  }

  /** @param {number} more */
  #room(more) {
    if (this.#at + more > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + more))
      this.#bytes.copy(larger, 0, 0, this.#at)
      this.#bytes = larger
    }
    return this.#bytes
  }
}
