import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { common, normalised, type Range, sizeOf, without } from './ranges.ts'

const someRanges = fc
  .array(fc.tuple(fc.nat(60), fc.nat(6)), { maxLength: 12 })
  .map((pairs) => pairs.map(([from, more]): Range => [from, from + more]))

function numbers(ranges: readonly Range[]): Set<number> {
  return new Set(ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)))
}

describe('ranges', () => {
  it('are the same numbers when normalised, and counted once', () => {
    fc.assert(
      fc.property(someRanges, (ranges) => {
        expect(numbers(normalised(ranges))).toEqual(numbers(ranges))
        expect(sizeOf(normalised(ranges))).toBe(numbers(ranges).size)
      }),
    )
  })

  it('have in common, and one without the other, what sets of their numbers have', () => {
    fc.assert(
      fc.property(someRanges, someRanges, (left, right) => {
        const a = normalised(left)
        const b = normalised(right)
        const [inA, inB] = [numbers(a), numbers(b)]
        expect(numbers(common(a, b))).toEqual(new Set([...inA].filter((number) => inB.has(number))))
        expect(numbers(without(a, b))).toEqual(new Set([...inA].filter((number) => !inB.has(number))))
        expect(sizeOf(common(a, b)) + sizeOf(without(a, b))).toBe(sizeOf(a))
      }),
    )
  })
})
