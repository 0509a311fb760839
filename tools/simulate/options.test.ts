import { expect, it } from 'vitest'
import { orderOf, usage } from './options.ts'

const kinds = ['gzip', 'gzip with faults', 'transactions']
const order = (...args: string[]): unknown => orderOf(args, kinds)

it('searches a hundred seeds of every kind, unless told otherwise', () => {
  expect(order()).toEqual({ task: 'search', kinds, from: 1, count: 100 })
  const told = order('--seeds', '7', '--from', '5000', '--kind', 'faults')
  expect(told).toEqual({ task: 'search', kinds: ['gzip with faults'], from: 5000, count: 7 })
})

it('takes the kind of that very name before those that have it in theirs', () => {
  expect(order('--seed', '0', '--kind', 'gzip')).toEqual({ task: 'replay', kinds: ['gzip'], seed: 0 })
  expect(order('--seed', '3', '--kind', 'zip')).toEqual({ task: 'replay', kinds: kinds.slice(0, 2), seed: 3 })
})

it('tells what there is when asked for help, whatever else is asked for', () => {
  expect(order('--kind', 'nothing', '--help')).toEqual({ task: 'help' })
  for (const text of ['--seeds', '--from', '--kind', '--seed ', ...kinds]) expect(usage(kinds)).toContain(text)
})

it.each([
  [['--seeed', '1'], "Unknown option '--seeed'; expected --seeds, --from, --kind, --seed, --help"],
  [['7'], "Unexpected argument '7'; expected --seeds"],
  [['--kind', 'lz4'], '--kind lz4: expected a part of one of gzip · gzip with faults · transactions'],
  [['--seeds', '0'], '--seeds 0: expected a whole number from 1 on'],
  [['--seeds', 'many'], '--seeds many: expected a whole number from 1 on'],
  [['--seed', ''], '--seed : expected a whole number from 0 on'],
  [['--from', '1.5'], '--from 1.5: expected a whole number from 0 on'],
])('names what is wrong with %j, and what is allowed', (args, message) => {
  expect(() => order(...args)).toThrow(message)
})
