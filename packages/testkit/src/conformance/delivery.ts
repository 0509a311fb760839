import { brokerError, ErrorCode } from '@posthorn/protocol'
import { explained, type ConformanceCase } from './case.ts'
import { check, same } from './checks.ts'
import { closingCases } from './delivery/closing.ts'
import { partition, Rig, type DeliverySetup } from './delivery/rig.ts'
import { retryCases } from './delivery/retries.ts'
import { stampCases } from './delivery/stamps.ts'
import { troubleCases } from './delivery/trouble.ts'

export type { ConformanceCase } from './case.ts'

export type { DeliverySetup } from './delivery/rig.ts'

export { ScriptedBatch } from './delivery/scriptedBatch.ts'

/**
 * The cases that every `Delivery` has to pass whose guard stamps batches for an exactly-once stream, as idempotence and
 * transactions do. Brokers of the suite answer InitProducerId, FindCoordinator, AddPartitionsToTxn and EndTxn. Not among
 * the cases: what `handle` offers, and everything that takes a broker that judges sequences; run a producer on the test
 * kit's cluster for that.
 */
export function deliveryConformance<Handle>(setup: DeliverySetup<Handle>): ConformanceCase[] {
  const own = setup as DeliverySetup
  return explained([
    ...identity(own),
    ...stampCases(own),
    ...retryCases(own),
    ...troubleCases(own),
    ...closingCases(own),
  ])
}

function identity(setup: DeliverySetup): ConformanceCase[] {
  return [
    {
      name: 'it has a name',
      run: () => check(new Rig(setup).guard.name.length > 0, 'name: expected a text, found none'),
    },
    {
      name: 'two instances share nothing: one works after the other was closed',
      async run() {
        const plugin = setup.create()
        const p = partition()
        const alone = await new Rig(setup).ready(p)
        const first = await new Rig(setup, plugin).ready(p)
        const second = await new Rig(setup, plugin).ready(p)
        for (const rig of [first, alone, second]) rig.store(rig.send(p, 3))
        await first.close(false)
        same(second.send(p, 1).place, alone.send(p, 1).place, 'stamp after another instance was closed')
      },
    },
    {
      name: 'records are taken while nothing is wrong',
      async run() {
        const rig = await new Rig(setup).ready(partition())
        rig.store(rig.send(partition(1), 2))
        same(rig.guard.refusal, null, 'refusal')
        same(rig.control.failed, null, 'what waits was failed with')
      },
    },
    {
      name: 'who waits for the first stamp is woken',
      async run() {
        const rig = new Rig(setup)
        await rig.begin()
        const batch = rig.open(partition(), 1)
        if (rig.guard.mayDrain(batch)) return
        const before = rig.control.wakes
        await rig.allowed(batch)
        check(
          rig.control.wakes > before,
          'a batch that waited may go: expected who waits to be woken, found nobody was',
        )
      },
    },
    {
      name: 'outcomeOf keeps the code of an error',
      async run() {
        const rig = await new Rig(setup).ready(partition())
        for (const code of [ErrorCode.INVALID_RECORD, ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.REQUEST_TIMED_OUT]) {
          const error = brokerError(code)
          same((rig.guard.outcomeOf?.(error) ?? error).code, error.code, 'code')
        }
      },
    },
  ]
}
