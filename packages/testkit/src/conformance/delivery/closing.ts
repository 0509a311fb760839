import type { ConformanceCase } from '../case.ts'
import { same } from '../checks.ts'
import { partition, Rig, type DeliverySetup } from './rig.ts'

/** Cases about the end of a producer. */
export function closingCases(setup: DeliverySetup): ConformanceCase[] {
  const p = partition()
  return [
    {
      name: 'a graceful close comes to an end',
      async run() {
        const rig = await new Rig(setup).ready(p)
        rig.store(rig.send(p, 2))
        await rig.close()
      },
    },
    {
      name: 'a close that is forced leaves nothing scheduled',
      async run() {
        const rig = await new Rig(setup).ready(p)
        for (const batch of [rig.send(p, 2), rig.send(p, 1)]) rig.guard.onAbandoned(batch)
        await rig.close(false)
        same(rig.env.clock.pending, 0, 'tasks that are scheduled')
      },
    },
    {
      name: 'a close before the first record is one as well',
      async run() {
        await new Rig(setup).close()
      },
    },
  ]
}
