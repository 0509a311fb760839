import fc from 'fast-check'
import { expect, it } from 'vitest'
import { stage } from '../support/stage.ts'

const part = fc.option(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 40, unit: 'binary' })))
const record = fc.record({
  partition: fc.integer({ min: 0, max: 2 }),
  key: part,
  value: part,
  timestamp: fc.integer({ min: 0, max: 1_700_000_000_000 }),
  headers: fc.array(fc.record({ key: fc.string({ maxLength: 8, unit: 'binary' }), value: part }), { maxLength: 2 }),
})
const settings = fc.record({
  lingerMs: fc.constantFrom(0, 1, 20),
  batchSize: fc.constantFrom(0, 100, 1000),
  maxRequestSize: fc.constantFrom(2000, 100_000),
  bufferMemory: fc.constantFrom(4000, 100_000),
})
const pauses = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 10 })

const hex = (given: Uint8Array | string | null): string | null =>
  given === null ? null : Buffer.from(given as string).toString('hex')

it('whatever is sent arrives equal and in order, through any batching, and offsets tell where', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { maxLength: 40 }),
      settings,
      pauses,
      fc.nat(),
      async (records, given, waits, seed) => {
        const s = stage({ ...given, maxWaitingBytes: 1_000_000 }, { topics: { orders: 3 } }, seed)
        const sends = []
        for (const [i, { partition, value, ...rest }] of records.entries()) {
          sends.push(s.send(value, partition, rest))
          if (i % 7 === 6) await s.advance(waits[i % waits.length]!)
        }
        await s.end()
        for (const partition of [0, 1, 2]) {
          const expected = records.filter((each) => each.partition === partition)
          const stored = s.cluster.records('orders', partition)
          expect(
            stored.map(({ key, value, timestamp, headers }) => [
              hex(key),
              hex(value),
              timestamp,
              headers.map((h) => [h.key, hex(h.value)]),
            ]),
          ).toEqual(
            expected.map(({ key, value, timestamp, headers }) => [
              hex(key),
              hex(value),
              BigInt(timestamp),
              headers.map((h) => [Buffer.from(h.key).toString(), hex(h.value)]),
            ]),
          )
          const offsets = sends.filter((_, i) => records[i]?.partition === partition).map(({ value }) => value?.offset)
          expect(offsets).toEqual(expected.map((_, i) => BigInt(i)))
        }
      },
    ),
    // A failure must be told before the test's own time is over, however small it could still be made.
    { numRuns: 60, interruptAfterTimeLimit: 20_000 },
  )
})
