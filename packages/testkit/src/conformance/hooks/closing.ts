import type { Hooks, Plugin } from '@posthorn/contracts'
import type { ConformanceCase } from '../case.ts'
import { gives, same } from '../checks.ts'
import { Life } from './life.ts'

/** Longer than anything that a plugin might wait for, ms. */
export const LONG_MS = 3_600_000

/** Cases about the end of a producer. */
export function closingCases(create: () => Plugin<Hooks>): ConformanceCase[] {
  const lived = (): Life => {
    const life = new Life(create())
    life.start()
    life.quietly(() => life.watch())
    return life
  }
  return [
    {
      name: 'onClosing comes to an end, and well, when no broker answers',
      async run() {
        const life = lived()
        const closing = life.hooks.onClosing?.()
        if (closing !== undefined) await gives(() => life.env.clock.runUntil(closing), 'the end of onClosing')
      },
    },
    {
      name: 'a forced close has no onClosing',
      run() {
        const life = new Life(create())
        life.start()
        life.end()
      },
    },
    {
      name: 'onClose leaves nothing scheduled',
      async run() {
        const life = lived()
        await life.close()
        same(life.env.clock.pending, 0, 'tasks that are scheduled')
      },
    },
    {
      name: 'what a producer lends is not used after onClose',
      async run() {
        const life = lived()
        life.quietly(() => life.end())
        await life.env.clock.advance(LONG_MS)
        same(life.usedAfterClose, 0, 'calls after the close')
      },
    },
  ]
}
