import type { ConformanceCase } from '../case.ts'
import { check, ConformanceError, same } from '../checks.ts'
import { partition, Rig, type DeliverySetup } from './rig.ts'
import type { ScriptedBatch } from './scriptedBatch.ts'

const CLUSTER_AUTHORIZATION_FAILED = 31

/** Cases about batches that are given up, and about brokers that refuse. */
export function troubleCases(setup: DeliverySetup): ConformanceCase[] {
  const p = partition()
  /** The batch after trouble: let go within a minute, or refused with all that waits. */
  const after = async (rig: Rig): Promise<ScriptedBatch | null> => {
    const batch = rig.open(p, 1)
    for (let i = 0; i < 60; i++) {
      rig.pass()
      if (rig.guard.refusal !== null || rig.control.failed !== null) return null
      if (rig.drain(batch)) return batch
      await rig.env.clock.advance(1000)
    }
    throw new ConformanceError('a new batch: expected to be let go or refused, found neither')
  }
  return [
    {
      name: 'sequences that may have been used are not used again, nor passed over',
      async run() {
        const rig = await new Rig(setup).ready(p)
        const lost = rig.send(p, 3)
        rig.expire(lost)
        const next = await after(rig)
        if (next !== null) begunAnew(lost, next)
      },
    },
    {
      name: 'a batch that was refused leaves no gap behind',
      async run() {
        const rig = await new Rig(setup).ready(p)
        const refused = rig.send(p, 3)
        rig.refuse(refused, 'INVALID_RECORD')
        const next = await after(rig)
        if (next !== null && next.place !== refused.place) begunAnew(refused, next)
      },
    },
    {
      name: 'who waits after trouble is woken',
      async run() {
        const rig = await new Rig(setup).ready(p)
        const lost = rig.send(p, 3)
        const before = rig.control.wakes
        rig.expire(lost)
        if (!rig.guard.mayDrain(rig.open(p, 1))) await after(rig)
        check(
          rig.control.wakes > before,
          'what waited may go or has failed: expected who waits to be woken, found nobody was',
        )
      },
    },
    {
      name: 'what may be stored is never stamped anew',
      async run() {
        const rig = await new Rig(setup).ready(p)
        const batch = rig.send(p, 2)
        const before = batch.place
        rig.lose(batch)
        await rig.allowed(batch)
        rig.drain(batch)
        rig.refuse(batch, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
        for (let i = 0; i < 3; i++) rig.pass()
        same(rig.control.faults.join(), '', 'what the guard did')
        same(batch.place, before, 'stamp')
      },
    },
    {
      name: 'what is in flight is never stamped anew',
      async run() {
        const rig = await new Rig(setup).ready(p)
        const [refused, out] = [rig.send(p, 2), rig.send(p, 1)]
        const before = out.place
        rig.refuse(refused, 'INVALID_RECORD')
        for (let i = 0; i < 3; i++) rig.pass()
        same(rig.control.faults.join(), '', 'what the guard did')
        same(out.place, before, 'stamp')
      },
    },
    {
      name: 'it hears of batches and records that never got a stamp',
      async run() {
        const rig = await new Rig(setup).ready(p)
        rig.expire(rig.open(p, 1))
        rig.guard.onAbandoned(rig.open(p, 1))
        rig.guard.onAbandoned(rig.open(partition(9), 1))
        rig.pass()
      },
    },
    {
      name: 'when brokers refuse it for good, what waits fails',
      async run() {
        const rig = new Rig(setup)
        rig.control.refuseWith = CLUSTER_AUTHORIZATION_FAILED
        const begun = await rig.begin().then(
          () => true,
          () => false,
        )
        if (begun) same(await after(rig), null, 'what was let go')
      },
    },
  ]
}

/** A batch after trouble that goes under another id or epoch, from 0 on. */
function begunAnew(before: ScriptedBatch, next: ScriptedBatch): void {
  const sameIdentity =
    before.stamp?.producerId === next.stamp?.producerId && before.stamp?.producerEpoch === next.stamp?.producerEpoch
  check(
    !sameIdentity,
    `a stamp after ${before.place}, of which nobody knows whether it was used: expected another id or epoch, found ${next.place}`,
  )
  same(next.stamp?.baseSequence, 0, 'first sequence under another epoch')
}
