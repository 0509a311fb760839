import { describe, expect, test } from 'vitest'
import type { FaultyRun } from './support/faultyRun.ts'
import { faultyRun } from './support/faultyRun.ts'

/** What must hold whatever went wrong on the way. */
function check({ outcomes, stored }: FaultyRun): void {
  const places = new Map<number, number>()
  for (const ids of stored) for (const id of ids) places.set(id, (places.get(id) ?? 0) + 1)
  for (const { id, error } of outcomes) {
    const times = places.get(id) ?? 0
    if (error === null) expect({ id, times }).toEqual({ id, times: 1 })
    else if (!error.maybePersisted) expect({ id, times, code: error.code }).toEqual({ id, times: 0, code: error.code })
    else expect(times).toBeLessThanOrEqual(1)
  }
  for (const ids of stored) expect(ids).toEqual([...ids].sort((a, b) => a - b))
}

describe('under faults, with idempotence', () => {
  for (let seed = 1; seed <= 200; seed++) {
    test(`every acknowledged record is stored once and in order, seed ${seed}`, async () => {
      const run = await faultyRun(seed)
      check(run)
      expect(run.outcomes.filter(({ error }) => error !== null)).toEqual([])
    })
  }
})
