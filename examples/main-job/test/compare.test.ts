import type { RecordMetadata } from 'posthorn'
import { describe, expect, it } from 'vitest'
import { differences } from '../src/compare.ts'
import type { FlightRecord } from '../src/flights.ts'
import type { ReadRecord } from '../src/read.ts'

const sent: FlightRecord[] = ['a', 'b', 'a', 'b'].map((key, index) => ({
  key,
  value: `value ${index}`,
  timestamp: 1000 + index,
  headers: { run: 'r1' },
}))
const places = sent.map(({ key }, index) => ({
  ...{ topic: 't', partition: key === 'a' ? 0 : 1, offset: BigInt(index >> 1), timestamp: 0n },
  ...{ serializedKeySize: 1, serializedValueSize: 7 },
})) satisfies RecordMetadata[]

/** What a reader would find if all went well, after a change to one of the records. */
function found(at = -1, change: Partial<ReadRecord> = {}): ReadRecord[] {
  return sent.map((record, index) => {
    const { partition, offset } = places[index]!
    return { ...record, partition, offset, ...(index === at ? change : {}) }
  })
}

const compare = (records: readonly ReadRecord[]): string[] => differences(sent, places, records, 'r1')

describe('the comparison', () => {
  it('finds nothing when all is as it was sent, in whatever order the partitions were read', () => {
    expect(compare(found())).toEqual([])
    expect(compare(found().toSorted((a, b) => b.partition - a.partition))).toEqual([])
  })

  it.each<[string, Partial<ReadRecord>, RegExp]>([
    ['another value', { value: 'other' }, /record 2 at 0@1: sent .*"value 2".*read .*"other"/],
    ['no value', { value: null }, /record 2 at 0@1/],
    ['another key', { key: 'c' }, /record 2 at 0@1/],
    ['another timestamp', { timestamp: 7 }, /record 2 at 0@1/],
    ['a header more', { headers: { run: 'r1', more: '' } }, /record 2 at 0@1/],
    ['another offset', { offset: 9n }, /record 2 is not at 0@1/],
    ['another partition', { partition: 1, offset: 9n }, /key a is in several partitions/],
  ])('finds %s', (_what, change, message) => {
    expect(compare(found(2, change)).join('\n')).toMatch(message)
  })

  it('finds a record that is missing, and one that is there twice', () => {
    expect(compare(found().slice(1))[0]).toBe('4 records were sent, 3 were read')
    const twice = [...found(), { ...found()[0]!, offset: 5n }]
    expect(compare(twice)[0]).toBe('4 records were sent, 5 were read')
  })

  it('finds records of a key that changed places, although the offsets would fit', () => {
    const swapped = [2, 1, 0, 3].map((index) => found()[index]!)
    expect(compare(swapped)).toEqual(['the records of key a are not in the order in which they were sent'])
  })

  it('does not mind what others write to the topic', () => {
    const foreign = { partition: 0, offset: 7n, timestamp: 0, key: null, value: 'x', headers: {} }
    expect(compare([...found(), foreign, { ...foreign, headers: { run: 'r0' } }])).toEqual([])
  })
})
