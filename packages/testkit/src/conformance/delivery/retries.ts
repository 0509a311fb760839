import type { ConformanceCase } from '../case.ts'
import { check, same, sameList } from '../checks.ts'
import { partition, Rig, type DeliverySetup } from './rig.ts'

const passing = ['NOT_LEADER_OR_FOLLOWER', 'NETWORK_EXCEPTION', 'NOT_ENOUGH_REPLICAS', 'REQUEST_TIMED_OUT']
const lasting = ['INVALID_RECORD', 'TOPIC_AUTHORIZATION_FAILED', 'UNSUPPORTED_FOR_MESSAGE_FORMAT']

/** Cases about batches that are sent again. */
export function retryCases(setup: DeliverySetup): ConformanceCase[] {
  const p = partition()
  return [
    {
      name: 'after an error that may pass a batch is sent again',
      async run() {
        for (const name of passing) {
          const rig = await new Rig(setup).ready(p)
          same(rig.refuse(rig.send(p, 2), name), 'retry', `verdict after ${name}`)
        }
      },
    },
    {
      name: 'after an error that stays a batch fails',
      async run() {
        for (const name of lasting) {
          const rig = await new Rig(setup).ready(p)
          same(rig.refuse(rig.send(p, 2), name), 'fail', `verdict after ${name}`)
        }
      },
    },
    {
      name: 'a batch that the broker has already is complete',
      async run() {
        const rig = await new Rig(setup).ready(p)
        const batch = rig.send(p, 2)
        rig.lose(batch)
        await rig.allowed(batch)
        rig.drain(batch)
        same(rig.refuse(batch, 'DUPLICATE_SEQUENCE_NUMBER'), 'complete', 'verdict')
      },
    },
    {
      name: 'a batch that is sent again has the stamp that it had',
      async run() {
        const rig = await new Rig(setup).ready(p)
        const batch = rig.send(p, 2)
        const first = batch.place
        for (let i = 0; i < 3; i++) {
          rig.lose(batch)
          await rig.allowed(batch)
          rig.drain(batch)
          same(batch.place, first, `stamp of attempt ${i + 2}`)
        }
      },
    },
    {
      name: 'batches are sent again in their order, each once the one before is stored',
      async run() {
        const rig = await new Rig(setup).ready(p)
        const batches = [rig.send(p, 1), rig.send(p, 2), rig.send(p, 3)]
        for (const each of batches) rig.refuse(each, 'NOT_LEADER_OR_FOLLOWER')
        rig.pass()
        for (const [i, batch] of batches.entries()) {
          const asked = batches.slice(i).map((each) => rig.guard.mayDrain(each))
          sameList(
            asked,
            batches.slice(i).map((each) => each === batch),
            `which may go, after ${i} were stored`,
          )
          rig.drain(batch)
          rig.store(batch)
        }
      },
    },
    {
      name: 'out of order, a later batch waits for the one that is missing',
      async run() {
        const rig = await new Rig(setup).ready(p)
        const [missing, later] = [rig.send(p, 1), rig.send(p, 2)]
        rig.refuse(missing, 'NOT_LEADER_OR_FOLLOWER')
        const before = later.place
        same(rig.refuse(later, 'OUT_OF_ORDER_SEQUENCE_NUMBER'), 'retry', 'verdict')
        await rig.allowed(missing)
        same(later.place, before, 'stamp of the later batch')
      },
    },
    {
      name: 'a partition whose batches are sent again does not hold up another',
      async run() {
        const q = partition(1)
        const rig = await new Rig(setup).ready(p, q)
        for (const batch of [rig.send(p, 1), rig.send(p, 1)]) rig.lose(batch)
        rig.pass()
        check(
          rig.drain(rig.open(q, 1)),
          'a batch of another partition: expected to be let go, found that it is held up',
        )
      },
    },
  ]
}
