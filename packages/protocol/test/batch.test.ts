import { gunzipSync } from 'node:zlib'

import { ProtocolError } from '@posthorn/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  BATCH_HEADER_BYTES,
  BatchAttribute,
  BatchField,
  crc32c,
  encodeUtf8,
  readBatches,
  readRecords,
  recordBound,
  recordSize,
  RecordBatchView,
  writeBatchChecksum,
  writeBatchHeader,
  writeRecord,
  type BatchHeaderFields,
  type EncodedHeader,
} from '../src/index.ts'
import { batchVectors, fromHex, toHex, type BatchVector, type RecordVector } from './support/vectors.ts'

const vectors = batchVectors()
const plain = vectors.filter((vector) => vector.batch['codec'] === 0)
const hexOrNull = (bytes: Uint8Array | null) => (bytes === null ? null : toHex(bytes))
const bytesOrNull = (hex: string | null) => (hex === null ? null : fromHex(hex))

function named(name: string): Uint8Array {
  return fromHex(vectors.find((vector) => vector.name === name)?.bytes ?? '')
}

function bodyOf(batch: RecordBatchView): Uint8Array | undefined {
  return batch.codec === 1 ? Uint8Array.from(gunzipSync(batch.body)) : undefined
}

function recordsOf(batch: RecordBatchView, body = bodyOf(batch)): RecordVector[] {
  return [...readRecords(batch, body)].map((record) => ({
    offset: Number(record.offset),
    timestamp: record.timestamp,
    key: hexOrNull(record.key),
    value: hexOrNull(record.value),
    headers: record.headers.map(({ key, value }) => ({ key, value: hexOrNull(value) })),
  }))
}

/** Writes the batch of a vector by our own means. */
function rewritten(vector: BatchVector): Uint8Array {
  const original = new RecordBatchView(fromHex(vector.bytes))
  const bytes = new Uint8Array(original.sizeInBytes + 100)
  let at = BATCH_HEADER_BYTES
  // With the broker's time the records keep their own in their deltas, which reading does not show.
  const times = original.isLogAppendTime ? vectors.find(({ name }) => name === 'mixed')?.records : vector.records
  vector.records.forEach((record, i) => {
    const headers = record.headers.map(({ key, value }) => ({ key: encodeUtf8(key), value: bytesOrNull(value) }))
    const delta = (times?.[i]?.timestamp ?? 0) - original.baseTimestamp
    at = writeRecord(bytes, at, i, delta, bytesOrNull(record.key), bytesOrNull(record.value), headers)
  })
  writeBatchHeader(new DataView(bytes.buffer), original)
  writeBatchChecksum(bytes.subarray(0, BATCH_HEADER_BYTES), bytes.subarray(BATCH_HEADER_BYTES, at), crc32c)
  return bytes.subarray(0, at)
}

describe('record batches of the Java client', () => {
  it.each(vectors)('REC-01 REC-03 REC-06 the header of `$name` is read', (vector) => {
    const batch = new RecordBatchView(fromHex(vector.bytes))
    const { producerId, lastOffset, baseOffset, ...fields } = vector.batch
    expect(batch).toMatchObject(fields)
    expect(batch.producerId).toBe(BigInt(producerId as string))
    expect([batch.baseOffset, batch.lastOffset]).toEqual(
      [baseOffset, lastOffset].map((offset) => BigInt(offset as number)),
    )
  })

  it.each(vectors)('REC-02 the checksum of `$name` is found right, and wrong when a bit changes', (vector) => {
    const bytes = fromHex(vector.bytes)
    expect(new RecordBatchView(bytes).isCrcValid()).toBe(true)
    for (const at of [BatchField.attributes, BatchField.recordCount + 3, bytes.length - 1]) {
      const damaged = bytes.slice()
      damaged[at] = (damaged[at] ?? 0) ^ 1
      expect(new RecordBatchView(damaged).isCrcValid()).toBe(false)
    }
  })

  it('REC-02 base offset and leader epoch are outside of the checksum', () => {
    const bytes = named('mixed')
    const view = new DataView(bytes.buffer)
    view.setBigInt64(BatchField.baseOffset, 1234n)
    view.setInt32(BatchField.partitionLeaderEpoch, 17)
    expect(new RecordBatchView(bytes).isCrcValid()).toBe(true)
  })

  it.each(vectors)('REC-04 REC-05 REC-07 the records of `$name` are read', (vector) => {
    expect(recordsOf(new RecordBatchView(fromHex(vector.bytes)))).toEqual(vector.records)
  })

  it.each(plain.filter((vector) => vector.name !== 'control'))(
    'REC-01 REC-04 REC-05 `$name` is written byte for byte',
    (vector) => {
      expect(toHex(rewritten(vector))).toBe(vector.bytes)
    },
  )

  it('REC-03 the control bit is seen', () => {
    const batch = new RecordBatchView(named('control'))
    expect([batch.isControl, batch.isTransactional]).toEqual([true, true])
    expect(batch.attributes).toBe(BatchAttribute.control | BatchAttribute.transactional)
  })

  it('several are read one after the other', () => {
    const bytes = fromHex(vectors.map((vector) => vector.bytes).join(''))
    expect([...readBatches(bytes)].map((batch) => toHex(batch.bytes))).toEqual(vectors.map((vector) => vector.bytes))
  })
})

const header: fc.Arbitrary<EncodedHeader> = fc.record({
  key: fc.string({ unit: 'grapheme', maxLength: 20 }).map(encodeUtf8),
  value: fc.option(fc.uint8Array({ maxLength: 100 })),
})
const record = fc.record({
  offsetDelta: fc.oneof(fc.nat(200), fc.nat(0x7fffffff)),
  timestampDelta: fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer(), fc.maxSafeInteger()),
  key: fc.option(fc.uint8Array({ maxLength: 300 })),
  value: fc.option(fc.uint8Array({ maxLength: 300 })),
  headers: fc.array(header, { maxLength: 70 }),
})

describe('writeRecord', () => {
  it('REC-04 REC-12 writes what is read again, in exactly recordSize and at most recordBound bytes', () => {
    fc.assert(
      fc.property(record, ({ offsetDelta, timestampDelta, key, value, headers }) => {
        const bound = recordBound(key?.length ?? -1, value?.length ?? -1, headers)
        const bytes = new Uint8Array(BATCH_HEADER_BYTES + bound + 8)
        const end = writeRecord(bytes, BATCH_HEADER_BYTES, offsetDelta, timestampDelta, key, value, headers)
        const size = end - BATCH_HEADER_BYTES
        expect(size).toBe(recordSize(offsetDelta, timestampDelta, key?.length ?? -1, value?.length ?? -1, headers))
        expect(size).toBeLessThanOrEqual(bound)
        expect(bytes.subarray(end).every((byte) => byte === 0)).toBe(true)
        writeBatchHeader(new DataView(bytes.buffer), fields({ sizeInBytes: end, recordCount: 1 }))
        expect([...readRecords(new RecordBatchView(bytes))]).toEqual([
          {
            offset: BigInt(offsetDelta),
            timestamp: timestampDelta,
            key,
            value,
            headers: headers.map((one) => ({ key: new TextDecoder().decode(one.key), value: one.value })),
          },
        ])
      }),
    )
  })

  it('REC-12 recordBound is 21 and the fields with their varints', () => {
    expect(recordBound(-1, -1, [])).toBe(21 + 3)
    expect(recordBound(10, 100, [])).toBe(21 + 11 + 102 + 1)
    expect(recordBound(0, 0, [{ key: new Uint8Array(3), value: null }])).toBe(21 + 2 + 1 + 4 + 1)
  })
})

describe('REC-15 a damaged batch', () => {
  it('is refused when it is cut off anywhere', () => {
    const bytes = named('mixed')
    for (let length = 1; length < bytes.length; length++) {
      expect(() => [...readBatches(bytes.subarray(0, length))]).toThrow(ProtocolError)
      expect([...readBatches(bytes.subarray(0, length), { mayBeCutOff: true })]).toEqual([])
    }
  })

  it('is refused when its records are cut off anywhere, although the header agrees', () => {
    for (const { bytes: hex } of plain) {
      const bytes = fromHex(hex)
      for (let length = BATCH_HEADER_BYTES; length < bytes.length; length++) {
        new DataView(bytes.buffer).setInt32(BatchField.length, length - 12)
        expect(() => recordsOf(new RecordBatchView(bytes))).toThrow(ProtocolError)
      }
    }
  })

  it.each([
    ['too many records', BatchField.recordCount, 9],
    ['far too many records', BatchField.recordCount, 0x7fffffff],
    ['too few records', BatchField.recordCount, 7],
    ['a negative number of records', BatchField.recordCount, -1],
    ['a size below that of its header', BatchField.length, 48],
    ['a negative size', BatchField.length, -1],
    ['a size beyond the bytes', BatchField.length, 0x7fffffff],
    ['another format', BatchField.magic, 0x01000000],
  ])('is refused with %s', (_, at, value) => {
    const bytes = named('mixed')
    new DataView(bytes.buffer).setInt32(at, value)
    expect(() => [...readBatches(bytes)].map((batch) => recordsOf(batch))).toThrow(
      expect.objectContaining({ code: 'MALFORMED_BATCH' }) as Error,
    )
  })

  it('is refused when it is compressed and the body is not given', () => {
    expect(() => [...readRecords(new RecordBatchView(named('gzip')))]).toThrow(/codec 1/)
  })

  it('with any bytes changed gives records or MALFORMED_BATCH', () => {
    const change = fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)))
    const changes = fc.array(change, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(fc.constantFrom(...plain), changes, fc.boolean(), (vector, list, mayBeCutOff) => {
        const bytes = fromHex(vector.bytes)
        for (const [at, value] of list) bytes[at % bytes.length] = value
        try {
          for (const batch of readBatches(bytes, { mayBeCutOff })) recordsOf(batch, batch.body)
        } catch (error) {
          expect(error).toMatchObject({ name: 'ProtocolError', code: 'MALFORMED_BATCH' })
        }
      }),
      { numRuns: 2000 },
    )
  })
})

function fields(some: Partial<BatchHeaderFields>): BatchHeaderFields {
  return {
    baseOffset: 0n,
    sizeInBytes: BATCH_HEADER_BYTES,
    partitionLeaderEpoch: -1,
    attributes: 0,
    lastOffsetDelta: 0,
    baseTimestamp: 0,
    maxTimestamp: 0,
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    recordCount: 0,
    ...some,
  }
}
