import type { Kind } from './kinds.ts'

// More, and one again: CONTRIBUTING.md, "Simulation".
const { FAULT_SEEDS, FAULT_FROM = '1' } = process.env

/** How many seeds a test runs: `usual`, unless the environment says otherwise. */
export function seedsOr(usual: number): number {
  return Number(FAULT_SEEDS ?? usual)
}

/** How long a test of so many seeds may take on a busy machine, ms. */
export function timeFor(seeds: number): number {
  return 30_000 + seeds * 1000
}

/** Runs so many seeds until one is not as it should be; gives it, with what is wrong. */
export async function firstWrong(kind: Kind, seeds: number): Promise<object | null> {
  for (let seed = Number(FAULT_FROM); seed < Number(FAULT_FROM) + seeds; seed++) {
    try {
      const wrong = await kind(seed)
      if (wrong.length > 0) return { seed, wrong }
    } catch (error) {
      return { seed, wrong: [error] }
    }
  }
  return null
}
