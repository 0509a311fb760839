import { describe, expect, test } from 'vitest'
import { kinds, plainKinds } from './support/kinds.ts'
import { firstWrong, seedsOr, timeFor } from './support/seeds.ts'

const seeds = seedsOr(80)

/**
 * Whatever went wrong on the way: what was acknowledged is stored once and in order, what failed for certain is not
 * stored, every promise settles, and after close nothing is scheduled.
 */
describe('under faults', () => {
  test.each(Object.entries(plainKinds))(
    '%s',
    async (_name, kind) => {
      expect(await firstWrong(kind, seeds)).toBeNull()
    },
    timeFor(seeds),
  )
})

// Seeds that once went wrong, with what was wrong then.
const kept: [kind: string, seed: number, once: string][] = [
  [
    'what costs time only',
    10_048,
    'a batch fell out of what the broker remembers while later ones were stored (IDM-10)',
  ],
  [
    'anything, with old brokers',
    200_007,
    'a rebootstrap trigger shorter than the back-off ended every attempt (RBS-03)',
  ],
  ['anything, with plugins that fail', 100_017, 'the same, with Metadata v1'],
  ['anything, with every error there is', 60_244, 'a topic created anew was not believed, where topics have no ids'],
  ['anything, with every error there is', 50_292, 'a deadline of one send ended when its batch was divided'],
  ['anything, with plugins that fail', 50_358, 'one signal for many sends ended some of them twice'],
  ['anything, while clocks jump', 44, 'a large and a small record were divided into the same batch again (SPL-02)'],
  [
    'anything, with metadata that lies',
    95_082,
    'with a back-off of 0 a broker can always be tried, and the oracle did not wait for the trigger (RBS-03)',
  ],
  [
    'a topic created anew',
    500_025,
    'several batches were overtaken, and only the first of them failed (decision 0007)',
  ],
]

describe('seeds that were mended', () => {
  test.each(kept)(
    '%s, seed %i: %s',
    async (name, seed) => {
      const kind = kinds[name]
      if (kind === undefined) throw new Error(`there is no kind ${name}`)
      expect(await kind(seed)).toEqual([])
    },
    // Minutes of virtual time take some seconds of a machine that does nothing else.
    timeFor(seeds),
  )
})
