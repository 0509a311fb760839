const HEADER = 61

/** Records of one partition, in the bytes that will be sent. */
export class Batch {
  count = 0
  /** @type {(() => void)[]} */
  outcomes = []
  #at = HEADER
  #limit
  #time

  /**
   * @param {Buffer} bytes
   * @param {number} limit
   * @param {number} partition
   * @param {number} time
   */
  constructor(bytes, limit, partition, time) {
    this.bytes = bytes
    this.partition = partition
    this.#limit = limit
    this.#time = time
  }

  /**
   * False when there is no room; the first record always has some.
   *
   * @param {Uint8Array | null} key
   * @param {Uint8Array} value
   * @param {() => void} onOutcome
   */
  add(key, value, onOutcome) {
    const { bytes, count } = this
    const keyLength = key === null ? 0 : key.length
    // Attributes, a time delta of nothing, and no headers take a byte each.
    const size =
      3 + sizeOf(count) + sizeOf(key === null ? -1 : keyLength) + keyLength + sizeOf(value.length) + value.length
    let at = this.#at
    if (count > 0 && at + sizeOf(size) + size > this.#limit) return false
    at = put(bytes, at, size)
    bytes[at++] = 0
    bytes[at++] = 0
    at = put(bytes, at, count)
    at = put(bytes, at, key === null ? -1 : keyLength)
    if (key !== null) {
      bytes.set(key, at)
      at += keyLength
    }
    at = put(bytes, at, value.length)
    bytes.set(value, at)
    at += value.length
    bytes[at++] = 0
    this.#at = at
    this.count++
    this.outcomes.push(onOutcome)
    return true
  }

  /**
   * @param {bigint} producer
   * @param {number} sequence
   * @param {(bytes: Buffer) => number} crc32c
   */
  seal(producer, sequence, crc32c) {
    const { bytes } = this
    const time = BigInt(this.#time)
    bytes.fill(0, 0, HEADER)
    bytes.writeInt32BE(this.#at - 12, 8)
    bytes[16] = 2
    bytes.writeInt32BE(this.count - 1, 23)
    bytes.writeBigInt64BE(time, 27)
    bytes.writeBigInt64BE(time, 35)
    bytes.writeBigInt64BE(producer, 43)
    bytes.writeInt16BE(producer < 0n ? -1 : 0, 51)
    bytes.writeInt32BE(producer < 0n ? -1 : sequence, 53)
    bytes.writeInt32BE(this.count, 57)
    bytes.writeUInt32BE(crc32c(bytes.subarray(21, this.#at)), 17)
  }

  /** What is to be sent. */
  get sealed() {
    return this.bytes.subarray(0, this.#at)
  }
}

/** @param {number} value */
function sizeOf(value) {
  const folded = (value << 1) ^ (value >> 31)
  return folded < 0x80 ? 1 : folded < 0x4000 ? 2 : folded < 0x200000 ? 3 : 4
}

/**
 * A varint of less than 2^27.
 *
 * @param {Buffer} bytes
 * @param {number} at
 * @param {number} value
 */
function put(bytes, at, value) {
  let rest = (value << 1) ^ (value >> 31)
  while (rest >= 0x80) {
    bytes[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}
