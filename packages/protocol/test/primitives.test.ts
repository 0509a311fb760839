import { ProtocolError, RecordError } from '@posthorn/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  encodeUtf8,
  Reader,
  readUuid,
  unsignedVarintSize,
  utf8Length,
  varintSize,
  varlongSize,
  Writer,
  writeUnsignedVarint,
  writeUtf8,
  writeUuid,
  writeVarint,
  writeVarlong,
  ZERO_UUID,
} from '../src/index.ts'
import { platformEncoder } from '../src/primitives/utf8.ts'
import { fromHex, primitiveVectors, toHex } from './support/vectors.ts'

const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff })
const uint32 = fc.integer({ min: 0, max: 0xffffffff })

function written(write: (into: Uint8Array, at: number) => number): Uint8Array {
  const into = new Uint8Array(32)
  return into.slice(3, write(into, 3))
}

function reader(bytes: Uint8Array, flexible = false): Reader {
  return new Reader(bytes, 'Test v1 response', flexible)
}

describe('varint', () => {
  it.each(primitiveVectors('varint'))('REC-04 writes and reads $value as Java does', ({ value, bytes }) => {
    expect(toHex(written((into, at) => writeVarint(into, at, Number(value))))).toBe(bytes)
    expect(reader(fromHex(bytes)).varint()).toBe(Number(value))
  })

  it.each(primitiveVectors('unsignedVarint'))('writes and reads unsigned $value as Java does', ({ value, bytes }) => {
    expect(toHex(written((into, at) => writeUnsignedVarint(into, at, Number(value))))).toBe(bytes)
    expect(reader(fromHex(bytes)).unsignedVarint()).toBe(Number(value))
  })

  it.each(primitiveVectors('varlong'))('REC-04 writes and reads long $value as Java does', ({ value, bytes }) => {
    expect(toHex(written((into, at) => writeVarlong(into, at, Number(value))))).toBe(bytes)
    expect(reader(fromHex(bytes)).varlong()).toBe(Number(value))
  })

  it('comes back from its bytes, and its size is known beforehand', () => {
    fc.assert(
      fc.property(int32, uint32, fc.maxSafeInteger(), (signed, unsigned, long) => {
        const one = written((into, at) => writeVarint(into, at, signed))
        const two = written((into, at) => writeUnsignedVarint(into, at, unsigned))
        const three = written((into, at) => writeVarlong(into, at, long))
        expect([one.length, two.length, three.length]).toEqual([
          varintSize(signed),
          unsignedVarintSize(unsigned),
          varlongSize(long),
        ])
        expect([reader(one).varint(), reader(two).unsignedVarint(), reader(three).varlong()]).toEqual([
          signed,
          unsigned,
          long,
        ])
      }),
    )
  })

  it.each(['8080808010', 'ffffffffff01', '808080808000'])('refuses %s, which has more than 32 bits', (hex) => {
    expect(() => reader(fromHex(hex)).unsignedVarint()).toThrow(/varint of more than 32 bits at offset 0/)
  })

  it('refuses longs that are no safe integers or have more than 64 bits', () => {
    expect(() => reader(fromHex('feffffffffffffffff01')).varlong()).toThrow(/beyond/)
    expect(() => reader(fromHex('ffffffffffffffffff02')).varlong()).toThrow(/more than 64 bits/)
    expect(() => reader(fromHex('8080808080808080808000')).varlong()).toThrow(/more than 64 bits/)
  })
})

describe('topic ids', () => {
  it.each(primitiveVectors('uuid'))('writes and reads $value as Java does', ({ value, bytes }) => {
    expect(readUuid(fromHex(bytes), 0)).toBe(value)
    expect(toHex(written((into, at) => writeUuid(into, at, value)))).toBe(bytes)
  })

  it('come back from any 16 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(written((into, at) => writeUuid(into, at, readUuid(bytes, 0)))).toEqual(bytes)
      }),
    )
  })

  it.each(['', 'A', `${ZERO_UUID}A`, 'AAAAAAAAAAAAAAAAAAAAAB', 'AAAAAAAAAAAAAAAAAAAA+A', ZERO_UUID.repeat(2)])(
    'refuses %o',
    (text) => {
      const into = new Uint8Array(32)
      expect(() => writeUuid(into, 0, text)).toThrow(RecordError)
      expect(into.subarray(16).every((byte) => byte === 0)).toBe(true)
    },
  )
})

describe('UTF-8', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('\ud83d', '\udce8', 'é', '€', 'a') }),
  )

  it('is that of TextEncoder, lone surrogates too', () => {
    fc.assert(
      fc.property(text, (value) => {
        const expected = new TextEncoder().encode(value)
        const into = new Uint8Array(expected.length + 4)
        expect(utf8Length(value)).toBe(expected.length)
        expect(writeUtf8(into, 2, value)).toBe(2 + expected.length)
        expect(into.slice(2, 2 + expected.length)).toEqual(expected)
        expect(toHex(into.subarray(2 + expected.length))).toBe('0000')
      }),
    )
  })

  const long = fc.nat(5000).map((length) => 'x'.repeat(length))
  const around = fc.integer({ min: 60, max: 70 }).map((length) => 'x'.repeat(length))
  const marked = fc
    .tuple(fc.oneof(long, around), fc.constantFrom('', 'é', '€', '\ud83d', '\udce8', '😀'), fc.nat(5000))
    .map(([head, mark, at]) => head.slice(0, at) + mark + head.slice(at))

  it.each([
    { who: 'on this platform', encode: encodeUtf8 },
    { who: 'as Node encodes long ones', encode: platformEncoder({ Buffer }) },
    { who: 'as other platforms do', encode: platformEncoder({}) },
  ])('is in memory that nobody else writes to, whatever its length: $who', ({ encode }) => {
    fc.assert(
      fc.property(fc.oneof(text, marked), (value) => {
        const expected = new TextEncoder().encode(value)
        const encoded = encode(value)
        expect(encoded).toEqual(expected)
        // That of a subclass might give no copy.
        expect(encoded.slice().fill(1)).toHaveLength(expected.length)
        encode(value).fill(0)
        expect(encoded).toEqual(expected)
      }),
    )
  })

  it('keeps a byte order mark', () => {
    const writer = new Writer()
    writer.string('\ufeffa')
    expect(reader(writer.finish()).string()).toBe('\ufeffa')
  })
})

describe('Writer and Reader', () => {
  it.each([false, true])('give back what was written, flexible: %s', (flexible) => {
    const bigint = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    const fields = fc.tuple(
      fc.integer({ min: -128, max: 127 }),
      fc.integer({ min: -32768, max: 32767 }),
      fc.integer({ min: 0, max: 65535 }),
      int32,
      uint32,
      bigint,
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.option(fc.uint8Array({ maxLength: 300 })),
      fc.option(fc.array(int32, { maxLength: 200 })),
    )
    fc.assert(
      fc.property(fields, (values) => {
        const [i8, i16, u16, i32, u32, i64, safe, double, flag, text, bytes, array] = values
        const writer = new Writer(flexible, 1)
        writer.int8(i8)
        writer.int16(i16)
        writer.uint16(u16)
        writer.int32(i32)
        writer.uint32(u32)
        writer.int64(i64)
        writer.int64(safe)
        writer.float64(double)
        writer.boolean(flag)
        writer.nullableString(text)
        writer.nullableString(null)
        writer.nullableBytes(bytes)
        writer.nullableArray(array, (value) => writer.varint(value))
        writer.tags()
        const from = reader(writer.finish(), flexible)
        const read = [
          from.int8(),
          from.int16(),
          from.uint16(),
          from.int32(),
          from.uint32(),
          from.int64(),
          from.int64Number(),
          from.float64(),
          from.boolean(),
          from.string(),
        ]
        expect(from.nullableString()).toBeNull()
        read.push(from.nullableBytes() as never, from.nullableArray(1, () => from.varint()) as never)
        from.tags()
        from.finish()
        expect(read).toEqual(values)
      }),
    )
  })

  it('refuses a classic string of more than 32767 bytes', () => {
    expect(() => new Writer().string('é'.repeat(16384))).toThrow(RecordError)
    const compact = new Writer(true)
    compact.string('é'.repeat(16384))
    expect(compact.length).toBe(3 + 32768)
  })

  it('name what is read, the offset and the size in a fault', () => {
    const from = reader(fromHex('00000001'))
    from.int16()
    expect(() => from.int32()).toThrow(
      new ProtocolError('MALFORMED_RESPONSE', 'Test v1 response: the end, where 4 more bytes belong, at offset 2 of 4'),
    )
  })

  it.each([
    ['a string longer than the rest', '7fff', (from: Reader) => from.string()],
    ['a string of negative length', 'fffe', (from: Reader) => from.string()],
    ['null for a string', 'ffff', (from: Reader) => from.string()],
    ['bytes longer than the rest', '7fffffff00', (from: Reader) => from.sizedBytes()],
    ['bytes of negative length', '80000000', (from: Reader) => from.sizedBytes()],
    ['null for bytes', 'ffffffff', (from: Reader) => from.sizedBytes()],
    ['more elements than bytes', '7fffffff', (from: Reader) => from.int32Array()],
    ['a negative number of elements', '80000000', (from: Reader) => from.int32Array()],
    ['null for an array', 'ffffffff', (from: Reader) => from.int32Array()],
    ['an int64 that is no safe integer', '7fffffffffffffff', (from: Reader) => from.int64Number()],
  ])('refuse %s', (_, hex, read) => {
    expect(() => read(reader(fromHex(hex)))).toThrow(ProtocolError)
  })
})

describe('tagged fields (KIP-482)', () => {
  it('are skipped when unknown, and bounded by their own size when known', () => {
    const bytes = fromHex('0200020708010400000009')
    const skipping = reader(bytes, true)
    skipping.tags()
    skipping.finish()
    const seen: number[] = []
    reader(bytes, true).tags((tag) => {
      seen.push(tag)
      return false
    })
    expect(seen).toEqual([0, 1])
    const from = reader(bytes, true)
    expect(() => from.tags(() => from.int32() > 0)).toThrow(/at offset 3 of/)
  })

  it('must be read to their end', () => {
    const from = reader(fromHex('0100020001'), true)
    expect(() => from.tags(() => from.int8() === 0)).toThrow(/1 bytes are left over/)
  })

  it.each(['ffffffff0f', '0100ff00', '05000000'])('are refused when they cannot fit: %s', (hex) => {
    expect(() => {
      reader(fromHex(hex), true).tags()
    }).toThrow(ProtocolError)
  })

  it('are written with their size, default values left out', () => {
    const writer = new Writer(true, 1)
    const long = 'x'.repeat(200)
    writer.tags([
      { tag: 0, absent: true, write: () => writer.int8(1) },
      { tag: 3, absent: false, write: () => writer.string(long) },
    ])
    const from = reader(writer.finish(), true)
    let read = ''
    from.tags((tag) => {
      expect(tag).toBe(3)
      read = from.string()
      return true
    })
    from.finish()
    expect(read).toBe(long)
  })
})
