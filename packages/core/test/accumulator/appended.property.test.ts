import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeUtf8 } from '@posthorn/protocol'
import { batchBound } from '../../src/accumulator/accumulator.ts'
import { AnswerKind } from '../../src/accumulator/answers.ts'
import { accumulation, appendAny, store } from '../support/accumulation.ts'
import { drainer } from '../support/draining.ts'
import { readSealed } from '../support/readSealed.ts'

const part = fc.option(fc.uint8Array({ maxLength: 400 }))
const header = fc.record({ key: fc.string({ maxLength: 10 }), value: fc.option(fc.uint8Array({ maxLength: 20 })) })
// Times near one another, as they come, and such as no varint of 32 bits holds.
const time = fc.oneof(fc.integer({ min: 1000, max: 1003 }), fc.integer({ min: 0, max: 4_000_000_000_000 }))
const record = fc.record({
  timestamp: time,
  key: part,
  value: part,
  headers: fc.array(header, { maxLength: 3 }),
})

interface Readable {
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[]
}

const hex = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('hex'))
const plain = ({ timestamp, key, value, headers }: Readable): unknown => ({
  timestamp,
  key: hex(key),
  value: hex(value),
  headers: headers.map((each) => [each.key, hex(each.value)]),
})

it('ACC-01 REC-13 whatever is appended, the batches hold exactly the records, in order, and all memory comes back', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 60 }), fc.integer({ min: 0, max: 1500 }), (records, batchSize) => {
      const all = accumulation({ lingerMs: 0, batchSize, bufferMemory: 1_000_000 })
      const orders = all.queue()
      for (const { timestamp, key, value, headers } of records) {
        const encoded = headers.map((each) => ({ key: encodeUtf8(each.key), value: each.value }))
        const { none } = AnswerKind
        expect(appendAny(all, orders, { timestamp, key, value, headers: encoded }, none, null)).toBe(true)
      }
      const drain = drainer(all)
      const drained = []
      let taken = 0
      for (let [batch] = drain(); batch !== undefined; [batch] = drain()) {
        const { key, value, headers } = records[taken]!
        const encoded = headers.map((each) => ({ key: encodeUtf8(each.key), value: each.value }))
        expect(batch.wireBytes).toBeLessThanOrEqual(Math.max(batchSize, batchBound(key, value, encoded)))
        taken += batch.recordCount
        drained.push(batch)
        orders.muted = false
        all.accumulator.readiness.offer(orders)
      }
      const read = readSealed(drained)
      expect(read.map(plain)).toEqual(records.map(plain))
      for (const batch of drained) store(all.accumulator, batch)
      expect(all.accumulator.pool.availableBytes).toBe(1_000_000)
    }),
  )
})
