import { describe, expect, it } from 'vitest'
import { readRecords, RecordBatchView, recordBound } from '@posthorn/protocol'
import { AnswerKind } from '../../src/accumulator/answers.ts'
import { ProducerBatch } from '../../src/accumulator/batch.ts'
import { unaccountedBuffer } from '../../src/accumulator/bufferPool.ts'
import { PartitionQueue } from '../../src/accumulator/partitionQueue.ts'
import { nobody } from '../support/accumulation.ts'
import { bytes } from '../support/text.ts'

function batchOf(size: number): ProducerBatch {
  return new ProducerBatch(new PartitionQueue('orders', 3, 0), unaccountedBuffer(size), 0)
}

function add(batch: ProducerBatch, value: string | null, timestamp = 1000): boolean {
  return batch.tryAppend(timestamp, null, value === null ? null : bytes(value), [], AnswerKind.none, null, null, 0, 1)
}

describe('a batch', () => {
  it('REC-13 takes records up to the last byte of its memory, and one more closes it', () => {
    const batch = batchOf(61 + 3 * 17)
    // 17 bytes each: length, attributes, two deltas, key, value length, 10 bytes, header count.
    expect([add(batch, '0123456789'), add(batch, '0123456789')]).toEqual([true, true])
    expect(batch.full).toBe(false)
    expect(add(batch, '0123456789')).toBe(true)
    expect(batch.full).toBe(true)
    expect(add(batch, '')).toBe(false)
    expect(batch.recordCount).toBe(3)
  })

  it('BAT-09 takes nothing once it was closed, also where there is room', () => {
    const batch = batchOf(1000)
    add(batch, 'a')
    batch.seal(null)
    expect(batch.state).toBe('closed')
    expect(add(batch, 'b')).toBe(false)
    expect(batch.recordCount).toBe(1)
  })

  it('refuses a record that does not fit, and stays closed for a smaller one, so that order holds', () => {
    const batch = batchOf(61 + recordBound(-1, 20, []))
    add(batch, 'a')
    expect(add(batch, 'x'.repeat(30))).toBe(false)
    expect(add(batch, 'b')).toBe(false)
  })

  it('REC-05 keeps the first timestamp as base, and the largest as maximum, whatever their order', () => {
    const batch = batchOf(1000)
    for (const [i, at] of [5000, 4000, 9000, 7000].entries()) add(batch, `${i}`, at)
    expect([batch.baseTimestamp, batch.maxTimestamp]).toEqual([5000, 9000])
    batch.seal(null)
    const sealed = Buffer.concat(batch.chunks)
    sealed.writeInt32BE(batch.recordCount, 57)
    sealed.writeBigInt64BE(5000n, 27)
    sealed.writeInt32BE(sealed.length - 12, 8)
    sealed[16] = 2
    const read = [...readRecords(new RecordBatchView(sealed))]
    expect(read.map(({ timestamp }) => timestamp)).toEqual([5000, 4000, 9000, 7000])
  })

  it('BAT-01 has one outcome: after it a second success, failure or record changes nothing', () => {
    const batch = batchOf(1000)
    const heard: unknown[] = []
    batch.tryAppend(
      1,
      null,
      bytes('a'),
      [],
      AnswerKind.callback,
      (error: unknown) => void heard.push(error),
      null,
      0,
      1,
    )
    expect(batch.succeed(7n, -1, nobody)).toBe(true)
    expect(batch.succeed(8n, -1, nobody)).toBe(false)
    expect(batch.fail(() => new Error() as never, nobody)).toBe(false)
    expect(add(batch, 'b')).toBe(false)
    expect(heard).toEqual([null])
  })

  it('BAT-02 refuses a second end, whatever the first and the second are, and tells nobody', () => {
    const ends: ((batch: ProducerBatch) => boolean)[] = [
      (batch) => batch.succeed(7n, -1, nobody),
      (batch) => batch.fail(() => new Error('no') as never, nobody),
    ]
    for (const first of ends) {
      for (const second of ends) {
        const batch = batchOf(1000)
        let heard = 0
        batch.tryAppend(1, null, bytes('a'), [], AnswerKind.callback, () => (heard += 1), null, 0, 1)
        expect([first(batch), second(batch), heard]).toEqual([true, false, 1])
      }
    }
  })

  it('REC-14 takes no record, and cannot be sealed, once it was given up', () => {
    const batch = batchOf(1000)
    add(batch, 'a')
    batch.fail(() => new Error('given up') as never, nobody)
    expect(add(batch, 'b')).toBe(false)
    expect(() => batch.seal(null)).toThrow('has its outcome already')
    expect(batch.chunks).toEqual([])
  })

  it('SPD-11 does not let go of its memory while a write of it is pending, however it ended', () => {
    const batch = batchOf(1000)
    add(batch, 'a')
    batch.pin()
    batch.pin()
    batch.fail(() => new Error() as never, nobody)
    expect(batch.takeMemory()).toBeNull()
    batch.unpin()
    expect(batch.takeMemory()).toBeNull()
    batch.unpin()
    expect(batch.takeMemory()?.bytes.length).toBe(1000)
    expect(batch.takeMemory()).toBeNull()
  })
})
