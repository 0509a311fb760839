import { describe, expect, test } from 'vitest'
import { drawnKinds } from './support/kinds.ts'
import { firstWrong, seedsOr, timeFor } from './support/seeds.ts'

const seeds = seedsOr(150)

/**
 * With cluster, configuration, plugins, workload and faults drawn: what `under faults` says, and every record ends once
 * and in time, memory is never overdrawn and comes back, the loop never throws, no rejection is forgotten, every
 * partition takes records again afterwards, and no timer and no connection is left.
 */
describe('drawn from a seed', () => {
  test.each(Object.entries(drawnKinds))(
    '%s',
    async (_name, kind) => {
      expect(await firstWrong(kind, seeds)).toBeNull()
    },
    timeFor(seeds),
  )
})
