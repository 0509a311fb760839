import { encodeUtf8 } from '@posthorn/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AnswerKind } from '../../src/accumulator/answers.ts'
import { accumulation, appendAny, store } from '../support/accumulation.ts'

const part = fc.option(fc.uint8Array({ maxLength: 200 }))
// Times near one another, as they come, and such as no varint of 32 bits holds.
const time = fc.oneof(fc.integer({ min: 1000, max: 1003 }), fc.integer({ min: 0, max: 4_000_000_000_000 }))
const record = fc.record({ timestamp: time, key: part, value: part, headed: fc.boolean() })

it('BAT-05 each record’s metadata has its own time and sizes, however many runs of them a batch has', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), (records) => {
      const all = accumulation({ lingerMs: 0, batchSize: 100_000, bufferMemory: 1_000_000 })
      const orders = all.queue()
      const told: unknown[] = []
      const note = (_: unknown, metadata: { timestamp: bigint; serializedKeySize: number }): unknown =>
        told.push(metadata)
      for (const { timestamp, key, value, headed } of records) {
        const headers = headed ? [{ key: encodeUtf8('a'), value: null }] : []
        const { callback } = AnswerKind
        appendAny(all, orders, { timestamp, key, value, headers }, callback, note)
      }
      const [batch] = orders.batches
      store(all.accumulator, batch!)
      expect(told).toMatchObject(
        records.map(({ timestamp, key, value }) => ({
          timestamp: BigInt(timestamp),
          serializedKeySize: key?.length ?? -1,
          serializedValueSize: value?.length ?? -1,
        })),
      )
    }),
  )
})
