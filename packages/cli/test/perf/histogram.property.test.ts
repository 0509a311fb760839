import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Histogram } from '../../src/perf/histogram.ts'
import { stepsOf } from '../../src/perf/steps.ts'

const latencies = fc.array(fc.double({ min: 0, max: 2e6, noNaN: true }), { minLength: 1, maxLength: 300 })
const parts = fc.double({ min: 0, max: 1, noNaN: true })

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

describe('a histogram', () => {
  it('tells quantiles as sorting would, to 1.6 %', () => {
    fc.assert(
      fc.property(latencies, parts, (values, part) => {
        const sorted = values.toSorted((a, b) => a - b)
        const exact = sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1]!
        const told = histogramOf(values).quantile(part)
        // Half a µs is lost where a value becomes a whole number of them.
        expect(told).toBeGreaterThanOrEqual(exact - 0.0005)
        expect(told).toBeLessThanOrEqual(exact * 1.016 + 0.0005)
      }),
    )
  })

  it('tells count, least, most and mean exactly', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const histogram = histogramOf(values)
        expect(histogram.count).toBe(values.length)
        expect(histogram.minMs).toBe(Math.min(...values))
        expect(histogram.maxMs).toBe(Math.max(...values))
        expect(histogram.meanMs).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 6)
      }),
    )
  })

  it('has every value in one bucket, and in one step between round numbers', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const buckets = histogramOf(values).buckets()
        const steps = stepsOf(buckets)
        const total = (of: readonly { count: number }[]): number => of.reduce((sum, { count }) => sum + count, 0)
        expect(total(buckets)).toBe(values.length)
        expect(total(steps)).toBe(values.length)
        for (const [i, { toMs }] of buckets.slice(0, -1).entries())
          expect(toMs).toBeLessThanOrEqual(buckets[i + 1]!.fromMs)
        for (const [i, { toMs }] of steps.slice(0, -1).entries()) expect(toMs).toBe(steps[i + 1]!.fromMs)
      }),
    )
  })

  it('is empty at first, and again when it is reset', () => {
    const histogram = histogramOf([])
    const empty = { count: 0, minMs: 0, maxMs: 0, meanMs: 0 }
    expect(histogram).toMatchObject(empty)
    histogram.record(5)
    histogram.reset()
    expect(histogram).toMatchObject(empty)
    expect(histogram.quantile(0.5)).toBe(0)
    expect(stepsOf(histogram.buckets())).toEqual([])
  })
})
