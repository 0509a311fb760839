import { RecordError } from '@posthorn/contracts'

import { utf8Length, writeUtf8 } from './utf8.ts'
import { UUID_BYTES, writeUuid } from './uuid.ts'
import { unsignedVarintSize, writeUnsignedVarint, writeVarint } from './varint.ts'

/** A tagged field to write (KIP-482). */
export interface TaggedField {
  /** Its number. Fields are given in ascending order. */
  readonly tag: number
  /** True when the content is the default, which is not sent. */
  readonly absent: boolean
  /** Writes the content. */
  write(): void
}

/**
 * Writes Kafka's primitive types, big-endian, into memory that grows. Integers are cut to their size, not checked.
 *
 * Strings, bytes and arrays take the form that the version asks for: classic ones with an int16 or int32 length, or,
 * in a flexible version (KIP-482), compact ones whose length plus one is an unsigned varint.
 */
export class Writer {
  /** Whether lengths are compact and tagged fields exist. */
  readonly flexible: boolean
  private bytes: Uint8Array<ArrayBuffer>
  private view: DataView<ArrayBuffer>
  private at = 0

  /** `capacity` is the number of bytes to start with; a right guess saves copies. */
  constructor(flexible = false, capacity = 256) {
    this.flexible = flexible
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.at
  }

  /** What was written. It belongs to the caller; the writer is not used any more. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.at)
  }

  /** Writes an int8. */
  int8(value: number): void {
    const at = this.advance(1)
    this.view.setInt8(at, value)
  }

  /** Writes an int16. */
  int16(value: number): void {
    const at = this.advance(2)
    this.view.setInt16(at, value)
  }

  /** Writes a uint16. */
  uint16(value: number): void {
    const at = this.advance(2)
    this.view.setUint16(at, value)
  }

  /** Writes an int32. */
  int32(value: number): void {
    const at = this.advance(4)
    this.view.setInt32(at, value)
  }

  /** Overwrites the int32 at `offset`, for a length that is known only later. */
  int32At(offset: number, value: number): void {
    this.view.setInt32(offset, value)
  }

  /** Writes a uint32. */
  uint32(value: number): void {
    const at = this.advance(4)
    this.view.setUint32(at, value)
  }

  /** Writes an int64. A number must be a safe integer. */
  int64(value: bigint | number): void {
    const at = this.advance(8)
    if (typeof value === 'bigint') {
      this.view.setBigInt64(at, value)
    } else {
      this.view.setInt32(at, Math.floor(value / 0x100000000))
      this.view.setUint32(at + 4, value >>> 0)
    }
  }

  /** Writes a double. */
  float64(value: number): void {
    const at = this.advance(8)
    this.view.setFloat64(at, value)
  }

  /** Writes a boolean. */
  boolean(value: boolean): void {
    this.int8(value ? 1 : 0)
  }

  /** Writes an unsigned varint, 0 to 4294967295. */
  unsignedVarint(value: number): void {
    this.reserve(5)
    this.at = writeUnsignedVarint(this.bytes, this.at, value)
  }

  /** Writes a zig-zag varint, an int32. */
  varint(value: number): void {
    this.reserve(5)
    this.at = writeVarint(this.bytes, this.at, value)
  }

  /** Writes a topic id of 22 characters. Throws `INVALID_ARGUMENT` when it is none. */
  uuid(value: string): void {
    const at = this.advance(UUID_BYTES)
    writeUuid(this.bytes, at, value)
  }

  /** Writes a string. Throws `INVALID_ARGUMENT` when it has more than 32767 bytes in a version that is not flexible. */
  string(value: string): void {
    if (!this.flexible) return this.classicNullableString(value)
    const length = utf8Length(value)
    this.unsignedVarint(length + 1)
    this.text(value, length)
  }

  /** Writes a string or null. Throws like {@link Writer.string}. */
  nullableString(value: string | null): void {
    if (value !== null) this.string(value)
    else if (this.flexible) this.unsignedVarint(0)
    else this.int16(-1)
  }

  /** Writes a string or null with an int16 length, whatever the version. Throws like {@link Writer.string}. */
  classicNullableString(value: string | null): void {
    if (value === null) return this.int16(-1)
    const length = utf8Length(value)
    if (length > 0x7fff) throw tooLong(length)
    this.int16(length)
    this.text(value, length)
  }

  /** Writes a length and `value`, which is copied. */
  sizedBytes(value: Uint8Array): void {
    this.count(value.length)
    this.raw(value)
  }

  /** Writes a length and `value`, which is copied, or null. */
  nullableBytes(value: Uint8Array | null): void {
    if (value === null) this.count(-1)
    else this.sizedBytes(value)
  }

  /** Copies `value` without a length. */
  raw(value: Uint8Array): void {
    const at = this.advance(value.length)
    this.bytes.set(value, at)
  }

  /** Writes the number of elements of an array or the length of bytes; -1 stands for null. */
  count(count: number): void {
    if (this.flexible) this.unsignedVarint(count + 1)
    else this.int32(count)
  }

  /** Writes an array, each element by `write`. */
  array<T>(values: readonly T[], write: (value: T) => void): void {
    this.count(values.length)
    for (const value of values) write(value)
  }

  /** Writes an array or null. */
  nullableArray<T>(values: readonly T[] | null, write: (value: T) => void): void {
    if (values === null) this.count(-1)
    else this.array(values, write)
  }

  /** Writes an array of int32. */
  int32Array(values: readonly number[]): void {
    this.count(values.length)
    for (const value of values) this.int32(value)
  }

  /** Writes the tagged fields that end a structure; nothing in a version that is not flexible. */
  tags(fields: readonly TaggedField[] = []): void {
    if (!this.flexible) return
    const present = fields.filter((field) => !field.absent)
    this.unsignedVarint(present.length)
    for (const field of present) {
      this.unsignedVarint(field.tag)
      this.tagged(field)
    }
  }

  /** The size of a tagged field stands before its content and has itself no fixed size: write, then move. */
  private tagged(field: TaggedField): void {
    const start = this.at
    field.write()
    const size = this.at - start
    const shift = unsignedVarintSize(size)
    this.reserve(shift)
    this.bytes.copyWithin(start + shift, start, this.at)
    writeUnsignedVarint(this.bytes, start, size)
    this.at += shift
  }

  private text(value: string, length: number): void {
    this.reserve(length)
    this.at = writeUtf8(this.bytes, this.at, value)
  }

  /** Makes room and returns where it begins. May replace `bytes` and `view`, so they are looked up after the call. */
  private advance(bytes: number): number {
    this.reserve(bytes)
    const start = this.at
    this.at += bytes
    return start
  }

  private reserve(bytes: number): void {
    const needed = this.at + bytes
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.at))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}

function tooLong(bytes: number): RecordError {
  return new RecordError('INVALID_ARGUMENT', `A string of ${bytes} bytes; the limit is 32767`)
}
