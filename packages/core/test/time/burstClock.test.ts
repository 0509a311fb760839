import { afterEach, describe, expect, it, vi } from 'vitest'
import { burstClock } from '../../src/time/burstClock.ts'

afterEach(() => vi.restoreAllMocks())

/** The system's time under the test's hand, and how often it was looked up. */
function handheld(): { ms: number; readonly looks: () => number } {
  const time = { ms: 1000, looks: () => spy.mock.calls.length }
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => time.ms)
  return time
}

describe('civil time in bursts', () => {
  it('is looked up for a few records in a row, then for one in 17', () => {
    const time = handheld()
    const clock = burstClock()
    for (let i = 0; i < 9; i++) clock.epochMs()
    expect(time.looks()).toBe(9)
    for (let i = 0; i < 170; i++) clock.epochMs()
    expect(time.looks()).toBe(19)
  })

  it('is at most 16 records old', () => {
    const time = handheld()
    const clock = burstClock()
    for (let i = 0; i < 100; i++) clock.epochMs()
    time.ms = 2000
    const reads = Array.from({ length: 17 }, () => clock.epochMs())
    expect(reads.at(-1)).toBe(2000)
    expect(reads.toSorted((a, b) => a - b)).toEqual(reads)
  })

  it('is exact again after every turn', async () => {
    const time = handheld()
    const clock = burstClock()
    for (let turn = 0; turn < 5; turn++) {
      for (let i = 0; i < 100; i++) clock.epochMs()
      await Promise.resolve()
      time.ms += 5
      expect(clock.epochMs()).toBe(time.ms)
    }
  })

  it('is exact for records that come one in a turn', async () => {
    const time = handheld()
    const clock = burstClock()
    for (let i = 0; i < 100; i++) {
      time.ms += i % 10 === 0 ? 1 : 0
      expect(clock.epochMs()).toBe(time.ms)
      await Promise.resolve()
    }
  })
})
