import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Rejections } from '../../src/values/rejections.ts'

let unhandled: unknown[] = []
const note = (reason: unknown): void => void unhandled.push(reason)
let others: NodeJS.UnhandledRejectionListener[] = []

beforeEach(() => {
  unhandled = []
  // The runner takes every such event for a failure of its own.
  others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', note)
})

afterEach(() => {
  process.off('unhandledRejection', note)
  for (const other of others) process.on('unhandledRejection', other)
})

it('each caller has a promise of its own, and whoever does not listen is told of as of any other', async () => {
  const rejections = new Rejections()
  const [one, two] = [new Error('one'), new Error('two')]
  const heard: unknown[] = []
  const first = rejections.promise(one)
  const second = rejections.promise(one)
  expect(second).not.toBe(first)
  first.catch((reason: unknown) => heard.push(reason))
  rejections.promise(two).catch((reason: unknown) => heard.push(reason))
  await nextTurn()
  expect(heard).toEqual([one, two])
  expect(unhandled).toEqual([one])
})

it('the promise that others follow counts as handled, is one for one reason in a turn, and is not kept', async () => {
  const rejections = new Rejections()
  const reason = new Error('no room')
  const shared = rejections.shared(reason)
  expect(rejections.shared(reason)).toBe(shared)
  const told = new Promise((resolve) => resolve(shared)).catch((given: unknown) => given)
  await nextTurn()
  expect(await told).toBe(reason)
  expect(rejections.shared(reason)).not.toBe(shared)
  const undefinedToo = rejections.promise(undefined).catch((given: unknown) => ['rejected', given])
  expect(await undefinedToo).toEqual(['rejected', undefined])
  await nextTurn()
  expect(unhandled).toEqual([])
})
