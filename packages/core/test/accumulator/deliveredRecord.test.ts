import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { DeliveredRecord, failedRecord } from '../../src/accumulator/deliveredRecord.ts'

const outcome = {
  topic: 'orders',
  partition: 2,
  baseOffset: 100n,
  logAppendMs: -1,
  baseTimestamp: 5000,
  // Record 0, then records from 1 on, then from 4 on.
  facts: [0, 0, -1, 10, 1, -7, 3, -1, 4, 2, 5, 6],
}

describe('the metadata of a record', () => {
  it('BAT-05 counts from the base offset, and takes timestamp and sizes from the record itself', () => {
    expect(JSON.parse(JSON.stringify(new DeliveredRecord(outcome, 1)))).toEqual({
      topic: 'orders',
      partition: 2,
      offset: '101',
      timestamp: '4993',
      serializedKeySize: 3,
      serializedValueSize: -1,
    })
  })

  it('BAT-05 takes them from the run of records that it is part of', () => {
    const facts = Array.from({ length: 6 }, (_, i) => new DeliveredRecord(outcome, i)).map(
      ({ timestamp, serializedKeySize, serializedValueSize }) => [timestamp, serializedKeySize, serializedValueSize],
    )
    const [first, second, third] = [
      [5000n, -1, 10],
      [4993n, 3, -1],
      [5002n, 5, 6],
    ]
    expect(facts).toEqual([first, second, second, second, third, third])
  })

  it('BAT-05 has offset -1 where the broker gave none, and the broker’s timestamp where it gave one', () => {
    const { offset, timestamp } = new DeliveredRecord({ ...outcome, baseOffset: -1n, logAppendMs: 9000 }, 1)
    expect([offset, timestamp]).toEqual([-1n, 9000n])
  })

  it('shows its values to whoever prints it', () => {
    expect(inspect(new DeliveredRecord(outcome, 0))).toContain('offset: 100n')
  })

  it('BAT-06 says nothing but the place of a record that failed', () => {
    expect(failedRecord('orders', 2)).toEqual({
      topic: 'orders',
      partition: 2,
      offset: -1n,
      timestamp: -1n,
      serializedKeySize: -1,
      serializedValueSize: -1,
    })
  })
})
