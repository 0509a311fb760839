import { expect, it } from 'vitest'
import { orderOf, usage } from './options.ts'

const targets = ['metadata', 'produce', 'produce response']
const order = (...args: string[]): unknown => orderOf(args, targets, 'now')

it('searches all targets for a minute, unless told otherwise', () => {
  expect(order()).toEqual({ task: 'search', targets, seconds: 60, seed: 'now' })
  const told = order('--seconds', '0.5', '--seed', '7', '--target', 'response')
  expect(told).toEqual({ task: 'search', targets: ['produce response'], seconds: 0.5, seed: '7' })
})

it('takes the target of that very name before those that have it in theirs', () => {
  const input = Uint8Array.of(0, 0xff)
  expect(order('--input', '00fF', '--target', 'produce')).toEqual({ task: 'replay', targets: ['produce'], input })
  expect(order('--input', '', '--target', 'prod')).toEqual({
    task: 'replay',
    targets: targets.slice(1),
    input: new Uint8Array(0),
  })
})

it('tells what there is when asked for help, whatever else is asked for', () => {
  expect(order('--target', 'nothing', '--help')).toEqual({ task: 'help' })
  for (const text of ['--seconds', '--seed ', '--target', '--input', ...targets]) {
    expect(usage(targets)).toContain(text)
  }
})

it.each([
  [['--secconds', '1'], "Unknown option '--secconds'; expected --seconds, --seed, --target, --input, --help"],
  [['7'], "Unexpected argument '7'; expected --seconds"],
  [['--target', 'fetch'], '--target fetch: expected a part of one of metadata · produce · produce response'],
  [['--seconds', 'ten'], '--seconds ten: expected a number above 0'],
  [['--seconds', '0'], '--seconds 0: expected a number above 0'],
  [['--input', '0g'], '--input 0g: expected hexadecimal digits, two for each byte'],
  [['--input', '012'], '--input 012: expected hexadecimal digits, two for each byte'],
])('names what is wrong with %j, and what is allowed', (args, message) => {
  expect(() => order(...args)).toThrow(message)
})
