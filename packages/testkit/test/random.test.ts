import { expect, it } from 'vitest'
import { seededRandom } from '../src/index.ts'

it('gives the same numbers for the same seed, for ever', () => {
  const random = seededRandom(42)
  expect([random(), random(), random()]).toMatchInlineSnapshot(`
    [
      0.9423821331001818,
      0.22363793151453137,
      0.9823303634766489,
    ]
  `)
})

it('gives different numbers for near seeds', () => {
  expect(seededRandom(1)()).not.toBe(seededRandom(2)())
  expect(seededRandom('1')()).toBe(seededRandom(1)())
})

it('is uniform in [0, 1)', () => {
  const random = seededRandom('uniform')
  const buckets = new Array<number>(10).fill(0)
  for (let i = 0; i < 100_000; i++) {
    const bucket = Math.floor(random() * 10)
    buckets[bucket] = buckets[bucket]! + 1
  }
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500)
})
