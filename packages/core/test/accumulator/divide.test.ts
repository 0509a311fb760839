import { describe, expect, it } from 'vitest'
import { readRecords, RecordBatchView } from '@posthorn/protocol'
import { AnswerKind } from '../../src/accumulator/answers.ts'
import { divide } from '../../src/accumulator/divide.ts'
import { drainer } from '../support/draining.ts'
import { accumulation } from '../support/accumulation.ts'
import { bytes, text } from '../support/text.ts'

describe('dividing a batch', () => {
  it('SPL-03 SPL-07 keeps creation time, timestamps, headers and order; the pieces have no attempt behind them', async () => {
    const all = accumulation({ lingerMs: 0, batchSize: 4000 })
    await all.clock.advance(77)
    const orders = all.queue()
    for (let i = 0; i < 6; i++) {
      const headers = i % 2 === 0 ? [{ key: bytes('n'), value: bytes(`${i}`) }] : []
      const value = bytes(`${i}`.padEnd(300, '.'))
      all.accumulator.append(orders, true, 1000 - i * 10, bytes(`k${i}`), value, headers, AnswerKind.none, null, null)
    }
    const [batch] = drainer(all)()
    batch!.attempts = 4
    await all.clock.advance(500)
    const pieces = divide(batch!, 800)
    expect(pieces.length).toBeGreaterThan(2)
    expect(pieces.map(({ createdMs, attempts, stamp }) => [createdMs, attempts, stamp])).toEqual(
      pieces.map(() => [77, 0, null]),
    )
    for (const piece of pieces) orders.batches.push(piece)
    const read = []
    for (;;) {
      orders.muted = false
      all.accumulator.readiness.offer(orders)
      const [piece] = drainer(all)()
      if (piece === undefined) break
      const sealed = new Uint8Array(Buffer.concat(piece.chunks))
      expect(sealed[16]).toBe(2)
      read.push(...readRecords(new RecordBatchView(sealed)))
    }
    expect(
      read.map(({ key, timestamp, headers }) => [text(key), timestamp, headers.map((h) => text(h.value))]),
    ).toEqual(Array.from({ length: 6 }, (_, i) => [`k${i}`, 1000 - i * 10, i % 2 === 0 ? [`${i}`] : []]))
  })

  it('SPL-02 gets somewhere every time: a small record goes on alone, although the memory of a large one has room for it', () => {
    for (const [first, second] of [
      [3000, 3],
      [3, 3000],
      [1, 1],
    ] as const) {
      for (const batchSize of [1, 100, 3100]) {
        const all = accumulation({ lingerMs: 0, batchSize: 4000 })
        const orders = all.queue()
        for (const length of [first, second]) {
          all.accumulator.append(orders, true, 1000, null, bytes('x'.repeat(length)), [], AnswerKind.none, null, null)
        }
        const [batch] = drainer(all)()
        const pieces = divide(batch!, batchSize)
        expect(pieces.map(({ recordCount }) => recordCount)).toEqual([1, 1])
      }
    }
  })
})
