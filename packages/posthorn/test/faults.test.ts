import { describe, expect, test } from 'vitest'
import type { FaultyRunOptions } from './support/faultyRun.ts'
import { faultyRun } from './support/faultyRun.ts'
import { scenarios } from './support/scenarios.ts'
import type { Expectations } from './support/verdicts.ts'
import { wrongIn } from './support/verdicts.ts'

// More: FAULT_SEEDS=2000 npx vitest run packages/posthorn/test/faults.test.ts
// One again: FAULT_FROM=1234 FAULT_SEEDS=1 npx vitest run packages/posthorn/test/faults.test.ts -t 'created anew'
const { FAULT_SEEDS: seeds = '20', FAULT_FROM: from = '1' } = process.env

/** Runs with their seeds until one is not as it should be; gives its seed and what is wrong. */
async function firstWrong(run: FaultyRunOptions, expected: Expectations): Promise<object | null> {
  for (let seed = Number(from); seed < Number(from) + Number(seeds); seed++) {
    try {
      const wrong = wrongIn(await faultyRun(seed, run), expected)
      if (wrong.length > 0) return { seed, wrong }
    } catch (error) {
      return { seed, wrong: [error] }
    }
  }
  return null
}

/**
 * Whatever went wrong on the way: what was acknowledged is stored once and in order, what failed for certain is not
 * stored, every promise settles, and after close nothing is scheduled.
 */
describe('under faults', () => {
  test.each(Object.entries(scenarios))(
    '%s',
    async (_name, { expected, ...run }) => {
      expect(await firstWrong(run, expected)).toBeNull()
    },
    30_000 + Number(seeds) * 1000,
  )
})

// Seeds that once went wrong, with what was wrong then.
const kept: [scenario: string, seed: number, once: string][] = [
  [
    'what costs time only',
    10_048,
    'a batch fell out of what the broker remembers while later ones were stored (IDM-10)',
  ],
]

describe('seeds that were mended', () => {
  test.each(kept)('%s, seed %i: %s', async (name, seed) => {
    const scenario = scenarios[name]
    if (scenario === undefined) throw new Error(`there is no scenario ${name}`)
    expect(wrongIn(await faultyRun(seed, scenario), scenario.expected)).toEqual([])
  })
})
