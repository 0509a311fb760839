import { describe, expect, it } from 'vitest'
import type { HostileResult } from './support/hostile.ts'
import { hostileExchange } from './support/hostile.ts'

describe('a broker that is not what it says', () => {
  it('SAS-07 SAS-09: is not taken for another, hangs nobody, and leaves nothing behind', async () => {
    const results: HostileResult[] = []
    for (let seed = 1; seed <= 300; seed++) results.push(await hostileExchange(seed))
    expect(results.filter(({ accepted }) => accepted)).toEqual([])
    expect(results.filter(({ ms }) => ms > 20_000)).toEqual([])
    expect(results.filter(({ left }) => left > 0)).toEqual([])
    expect(results.filter(({ shown }) => shown)).toEqual([])
    expect(new Set(results.map(({ code }) => code))).toEqual(new Set(['SASL_AUTHENTICATION_FAILED']))
    // All kinds are among them: 15 for each of SCRAM's, 2 for each of the others.
    expect(new Set(results.map(({ mechanism, kind }) => `${mechanism} ${kind}`)).size).toBe(34)
  })
})
