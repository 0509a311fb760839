import { ProtocolError } from '@posthorn/contracts'

import { readUuid, UUID_BYTES } from './uuid.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Reads Kafka's primitive types from bytes that nobody has checked. Each length is compared with what is left before
 * anything is allocated; a fault is a {@link ProtocolError} that names the context and the offset.
 *
 * Strings, bytes and arrays are read in the form that the version asks for, as `Writer` writes them.
 */
export class Reader {
  /** What is being read, for messages: `Metadata v9 response`. */
  readonly context: string
  /** Whether lengths are compact and tagged fields exist. A decoder may change it where a body changes its form. */
  flexible: boolean
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly code: string
  private at = 0
  private end: number

  /** Reads `bytes`, of which slices are handed out; they are not copied. `code` is the code of the errors. */
  constructor(bytes: Uint8Array, context: string, flexible = false, code = 'MALFORMED_RESPONSE') {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.context = context
    this.flexible = flexible
    this.code = code
    this.end = bytes.length
  }

  /** Offset of the next byte. */
  get offset(): number {
    return this.at
  }

  /** Bytes that are left. */
  get remaining(): number {
    return this.end - this.at
  }

  /** The error for `what`, found at `offset`; to be thrown. */
  fault(what: string, offset: number = this.at): ProtocolError {
    return new ProtocolError(this.code, `${this.context}: ${what} at offset ${offset} of ${this.bytes.length}`)
  }

  /** Throws when bytes are left. */
  finish(): void {
    if (this.remaining > 0) throw this.fault(`${this.remaining} bytes are left over`)
  }

  /** Reads an int8. */
  int8(): number {
    return this.view.getInt8(this.take(1))
  }

  /** Reads an int16. */
  int16(): number {
    return this.view.getInt16(this.take(2))
  }

  /** Reads a uint16. */
  uint16(): number {
    return this.view.getUint16(this.take(2))
  }

  /** Reads an int32. */
  int32(): number {
    return this.view.getInt32(this.take(4))
  }

  /** Reads a uint32. */
  uint32(): number {
    return this.view.getUint32(this.take(4))
  }

  /** Reads an int64. */
  int64(): bigint {
    return this.view.getBigInt64(this.take(8))
  }

  /** Reads an int64 that must be a safe integer. */
  int64Number(): number {
    const start = this.take(8)
    const value = this.view.getInt32(start) * 0x100000000 + this.view.getUint32(start + 4)
    if (!Number.isSafeInteger(value)) throw this.fault('an int64 beyond ±(2 ** 53 - 1)', start)
    return value
  }

  /** Reads a double. */
  float64(): number {
    return this.view.getFloat64(this.take(8))
  }

  /** Reads a boolean; any byte but 0 is true, as in Java. */
  boolean(): boolean {
    return this.int8() !== 0
  }

  /** Reads an unsigned varint, 0 to 4294967295. */
  unsignedVarint(): number {
    const start = this.at
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.view.getUint8(this.take(1))
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        if (shift === 28 && byte > 0x0f) break
        return value >>> 0
      }
    }
    throw this.fault('a varint of more than 32 bits', start)
  }

  /** Reads a zig-zag varint, an int32. */
  varint(): number {
    const bits = this.unsignedVarint()
    return (bits >>> 1) ^ -(bits & 1)
  }

  /** Reads a zig-zag varlong that must be a safe integer. */
  varlong(): number {
    const start = this.at
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.view.getUint8(this.take(1))
      const group = byte & 0x7f
      if (shift < 32) low |= group << shift
      if (shift > 28) high |= group << (shift - 32)
      else if (shift === 28) high |= group >> 4
      if (byte < 0x80) {
        if (shift === 63 && byte > 1) break
        const sign = -(low & 1)
        const value = ((high >>> 1) ^ sign) * 0x100000000 + ((((low >>> 1) | (high << 31)) ^ sign) >>> 0)
        if (!Number.isSafeInteger(value)) throw this.fault('a varlong beyond ±(2 ** 53 - 1)', start)
        return value
      }
    }
    throw this.fault('a varlong of more than 64 bits', start)
  }

  /** Reads a topic id as 22 characters. */
  uuid(): string {
    return readUuid(this.bytes, this.take(UUID_BYTES))
  }

  /** Passes over so many bytes. */
  skip(bytes: number): void {
    this.take(bytes)
  }

  /** Reads a string. Bytes that are not UTF-8 become U+FFFD, as in Java. */
  string(): string {
    const start = this.at
    const value = this.nullableString()
    if (value === null) throw this.fault('null where a string belongs', start)
    return value
  }

  /** Reads a string or null. */
  nullableString(): string | null {
    const start = this.at
    const length = this.flexible ? this.unsignedVarint() - 1 : this.int16()
    if (length === -1) return null
    return decoder.decode(this.slice(length, 'a string', start))
  }

  /** Reads bytes. They are a view of the reader's memory. */
  sizedBytes(): Uint8Array {
    const start = this.at
    const value = this.nullableBytes()
    if (value === null) throw this.fault('null where bytes belong', start)
    return value
  }

  /** Reads bytes or null. They are a view of the reader's memory. */
  nullableBytes(): Uint8Array | null {
    const start = this.at
    const length = this.flexible ? this.unsignedVarint() - 1 : this.int32()
    return length === -1 ? null : this.slice(length, 'bytes', start)
  }

  /** Reads `length` bytes as a view of the reader's memory. */
  raw(length: number): Uint8Array {
    return this.slice(length, 'bytes', this.at)
  }

  /** Reads `length` bytes as UTF-8; what is none becomes U+FFFD. */
  text(length: number): string {
    return decoder.decode(this.slice(length, 'a string', this.at))
  }

  /** Reads an array. `minimum` is the least number of bytes that an element can have, at least 1. */
  array<T>(minimum: number, read: () => T): T[] {
    const start = this.at
    const values = this.nullableArray(minimum, read)
    if (values === null) throw this.fault('null where an array belongs', start)
    return values
  }

  /** Reads an array or null; `minimum` as in {@link Reader.array}. */
  nullableArray<T>(minimum: number, read: () => T): T[] | null {
    const start = this.at
    const count = this.flexible ? this.unsignedVarint() - 1 : this.int32()
    if (count === -1) return null
    if (count < 0 || count > this.remaining / minimum) {
      throw this.fault(`an array of ${count} elements with ${this.remaining} bytes left`, start)
    }
    const values: T[] = []
    for (let i = 0; i < count; i++) values.push(read())
    return values
  }

  /** Reads an array of int32. */
  int32Array(): number[] {
    return this.array(4, () => this.int32())
  }

  /**
   * Reads the tagged fields that end a structure; nothing in a version that is not flexible. `read` reads the content
   * of a field that it knows and returns true; what it leaves alone is skipped.
   */
  tags(read?: (tag: number) => boolean): void {
    if (!this.flexible) return
    const start = this.at
    const count = this.unsignedVarint()
    if (count > this.remaining / 2) throw this.fault(`${count} tagged fields with ${this.remaining} bytes left`, start)
    for (let i = 0; i < count; i++) {
      const tag = this.unsignedVarint()
      const size = this.unsignedVarint()
      if (size > this.remaining) throw this.fault(`tagged field ${tag} of ${size} bytes with ${this.remaining} left`)
      const outer = this.end
      this.end = this.at + size
      if (read?.(tag) === true) this.finish()
      this.at = this.end
      this.end = outer
    }
  }

  /** Reads something that has `length` bytes; throws when `read` needs more or leaves some. */
  limited<T>(length: number, read: () => T): T {
    if (length < 0 || length > this.remaining) throw this.fault(`${length} bytes with ${this.remaining} left`)
    const outer = this.end
    this.end = this.at + length
    const value = read()
    this.finish()
    this.end = outer
    return value
  }

  private slice(length: number, what: string, start: number): Uint8Array {
    if (length < 0 || length > this.remaining) {
      throw this.fault(`${what} of ${length} bytes with ${this.remaining} left`, start)
    }
    const from = this.at
    this.at += length
    return this.bytes.subarray(from, this.at)
  }

  private take(bytes: number): number {
    if (bytes > this.end - this.at) throw this.fault(`the end, where ${bytes} more bytes belong,`)
    const start = this.at
    this.at += bytes
    return start
  }
}
