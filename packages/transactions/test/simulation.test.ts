import { describe, expect, test } from 'vitest'
import { transactionRun } from './simulation/simulation.ts'

// More: TRANSACTION_SEEDS=2000 npx vitest run packages/transactions/test/simulation.test.ts
// One again, with a trace: npm run simulate -- --kind transactions --seed 1234
const { TRANSACTION_SEEDS: seeds = '150', TRANSACTION_FROM: from = '1' } = process.env

/**
 * Whatever went wrong on the way: readers of committed records see each transaction whole or not at all, once, in order,
 * and as its application was told; and in the end nothing is left open.
 */
test(
  'transactions under faults, crashes, fencing and fail-over are all or nothing, at most once, in order',
  async () => {
    for (let seed = Number(from); seed < Number(from) + Number(seeds); seed++) {
      expect({ seed, wrong: await transactionRun(seed) }).toEqual({ seed, wrong: [] })
    }
  },
  60_000 + Number(seeds) * 1000,
)

// Seeds that once went wrong, with what was wrong then.
const kept: [seed: number, once: string][] = [
  [20_054, 'a partition was never added to the transaction, behind another that was wanted twice (TXN-05)'],
  [20_239, 'the same, after a crash'],
  [
    30_246,
    'what was aborted at a coordinator that had forgotten the producer was committed with the next transaction (TXR-10)',
  ],
  [95_005, 'the oracle blamed one that could not be initialized for what its predecessor had left open'],
  [30_167, 'the error of an aborted transaction failed the records of the next one, which was committed without them'],
  [
    41_089,
    'partitions that an attempt had added, whose answer was an error, stayed in a transaction that nobody ended',
  ],
  [304_085, 'a batch was stored later than brokers before KIP-890 can tell, behind an answer that was held back'],
  [406_569, 'the oracle blamed a sendOffsets that was out when its producer was closed within 95 ms'],
  [502_030, 'the oracle did not wait for a connection that was begun while its broker was silent'],
  [705_698, 'the oracle took the offset of one transaction for the same offset of another'],
]

describe('seeds that were mended', () => {
  test.each(kept)('seed %i: %s', async (seed) => {
    expect(await transactionRun(seed)).toEqual([])
  })
})
