import { describe, expect, it } from 'vitest'
import { type Kill, kills, proxyFaults } from './schedule.ts'

const span = { seed: 7, fromMs: 5000, toMs: 125_000 }

describe('the schedule of faults', () => {
  it('is the same for the same seed and another for another', () => {
    const rate = { perSecond: 5, brokers: 3 }
    expect(proxyFaults(span, rate)).toEqual(proxyFaults(span, rate))
    expect(proxyFaults(span, rate)).not.toEqual(proxyFaults({ ...span, seed: 8 }, rate))
  })

  it('has the rate asked for, within its span, of every kind and before every broker', () => {
    const faults = proxyFaults(span, { perSecond: 5, brokers: 3 })
    expect(faults.length).toBeGreaterThan(500)
    expect(faults.length).toBeLessThan(700)
    expect(faults.every(({ atMs }) => atMs >= 5000 && atMs < 125_000)).toBe(true)
    expect(new Set(faults.map(({ kind }) => kind)).size).toBe(7)
    expect(new Set(faults.map(({ broker }) => broker))).toEqual(new Set([0, 1, 2]))
  })

  it('has none at a rate of 0', () => {
    expect(proxyFaults(span, { perSecond: 0, brokers: 3 })).toEqual([])
  })

  it('kills each victim, within the times given, in the same way for the same seed', () => {
    const first = (seed: number, what: 'broker' | 'client'): Kill[] => {
      const deaths = kills({ seed, what, victims: 3, upMs: [4000, 8000], downMs: [500, 3000] })
      return Array.from({ length: 50 }, () => deaths.next().value as Kill)
    }
    const deaths = first(7, 'broker')
    expect(deaths).toEqual(first(7, 'broker'))
    expect(deaths).not.toEqual(first(7, 'client'))
    expect(deaths.every(({ upMs, downMs }) => upMs >= 4000 && upMs <= 8000 && downMs >= 500 && downMs <= 3000)).toBe(
      true,
    )
    expect(new Set(deaths.map(({ victim }) => victim))).toEqual(new Set([0, 1, 2]))
  })
})
