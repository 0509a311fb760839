import { describe, expect, it } from 'vitest'
import { verdict } from '../src/micro/main.mjs'
import { linear, logarithmic } from '../src/plots/axis.mjs'

describe('what paired ratios say', () => {
  it.each([
    [[1.05, 1.06, 1.04, 1.05, 1.07], 'slower'],
    [[0.9, 0.91, 0.89, 0.92, 0.9], 'faster'],
    // One round that was disturbed changes nothing.
    [[1.05, 1.06, 0.4, 1.05, 1.07], 'slower'],
    // Nor do many that do not agree.
    [[0.8, 1.3, 1.1, 0.9, 1.05], ''],
    // Nor does what is too little to mean anything.
    [[1.01, 1.01, 1.012, 1.01, 1.011], ''],
    // Three rounds on a busy machine agree by chance.
    [[1.4, 1.5, 1.5], 'too few rounds'],
  ])('%j: %s', (ratios, word) => {
    expect(verdict(ratios)[2]).toBe(word)
  })
})

describe('an axis', () => {
  it('from 0 ends at a round number that holds the most', () => {
    const { marks, place } = linear(0.83)
    expect(marks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(place(0.5)).toBeCloseTo(0.5)
  })

  it('of factors has equal distances for equal factors, between round numbers', () => {
    const { marks, place } = logarithmic([10, 1_048_576])
    expect([marks[0], marks.at(-1)]).toEqual([10, 10_000_000])
    expect(place(1000) - place(100)).toBeCloseTo(place(100_000) - place(10_000))
    expect(place(10)).toBe(0)
  })

  it('of factors marks more where there are few', () => {
    expect(logarithmic([1, 30]).marks).toEqual([1, 2, 5, 10, 20, 50])
  })
})
