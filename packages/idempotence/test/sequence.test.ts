import { describe, expect, test } from 'vitest'
import { nextEpoch } from '../src/producerIdentity.ts'
import { addToSequence, isAfter } from '../src/sequence.ts'

const last = 2_147_483_647

describe('addToSequence', () => {
  test.each([
    [0, 1, 1],
    [last - 1, 1, last],
    [last, 1, 0],
    [last, 10, 9],
    [last - 4, 10, 5],
    [7, 0, 7],
  ])('%i + %i = %i', (sequence, increment, sum) => {
    expect(addToSequence(sequence, increment)).toBe(sum)
  })
})

describe('isAfter', () => {
  test.each([
    [1, 0, true],
    [0, 1, false],
    [5, 5, false],
    [0, last, true],
    [last, 0, false],
    [3, last - 3, true],
  ])('%i after %i: %s', (a, b, after) => {
    expect(isAfter(a, b)).toBe(after)
  })
})

describe('nextEpoch', () => {
  test('is one higher, of the same id', () => {
    expect(nextEpoch({ producerId: 9n, producerEpoch: 4 })).toEqual({ producerId: 9n, producerEpoch: 5 })
  })

  test('there is none after 32767', () => {
    expect(nextEpoch({ producerId: 9n, producerEpoch: 32_767 })).toBeNull()
  })
})
