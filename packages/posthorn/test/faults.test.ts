import { describe, expect, test } from 'vitest'
import type { Kind } from './support/kinds.ts'
import { kinds } from './support/kinds.ts'

// More, and one again: CONTRIBUTING.md, "Simulation".
const { FAULT_SEEDS: seeds = '20', FAULT_FROM: from = '1' } = process.env

/** Runs with their seeds until one is not as it should be; gives its seed and what is wrong. */
async function firstWrong(kind: Kind): Promise<object | null> {
  for (let seed = Number(from); seed < Number(from) + Number(seeds); seed++) {
    try {
      const wrong = await kind(seed)
      if (wrong.length > 0) return { seed, wrong }
    } catch (error) {
      return { seed, wrong: [error] }
    }
  }
  return null
}

/**
 * Whatever went wrong on the way: what was acknowledged is stored once and in order, what failed for certain is not
 * stored, every promise settles in time, memory comes back, and after close nothing is left.
 */
describe('under faults', () => {
  test.each(Object.entries(kinds))(
    '%s',
    async (_name, kind) => {
      expect(await firstWrong(kind)).toBeNull()
    },
    30_000 + Number(seeds) * 1000,
  )
})

// Seeds that once went wrong, with what was wrong then.
const kept: [kind: string, seed: number, once: string][] = [
  [
    'what costs time only',
    10_048,
    'a batch fell out of what the broker remembers while later ones were stored (IDM-10)',
  ],
]

describe('seeds that were mended', () => {
  test.each(kept)('%s, seed %i: %s', async (name, seed) => {
    const kind = kinds[name]
    if (kind === undefined) throw new Error(`there is no kind ${name}`)
    expect(await kind(seed)).toEqual([])
  })
})
