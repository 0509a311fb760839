import type { GuardedBatch } from '@posthorn/contracts'
import type { ConformanceCase } from '../case.ts'
import { check, same, sameList } from '../checks.ts'
import { partition, Rig, type DeliverySetup } from './rig.ts'

/** As many batches as a broker remembers of a producer and partition. */
const MAX_OPEN = 5
/** Highest sequence; after it comes 0. */
const MAX_SEQUENCE = 2_147_483_647

/** Cases about ids, epochs and sequences. */
export function stampCases(setup: DeliverySetup): ConformanceCase[] {
  return [
    {
      name: 'a batch that may go gets a stamp with an id, an epoch and a sequence',
      async run() {
        const rig = new Rig(setup)
        await rig.begin()
        const batch = rig.open(partition(), 4)
        while (!rig.drain(batch)) await rig.allowed(batch)
        const { producerId = -1n, producerEpoch = -1, baseSequence = -1 } = batch.stamp ?? {}
        check(
          producerId >= 0n && producerEpoch >= 0 && baseSequence >= 0,
          `expected an id, an epoch and a sequence of 0 or more, found ${batch.place}`,
        )
      },
    },
    {
      name: 'stamps say whether there is a transaction',
      async run() {
        const p = partition()
        const rig = await new Rig(setup).ready(p)
        same(rig.send(p, 1).stamp?.transactional, rig.guard.transactionalId !== null, 'transactional')
      },
    },
    {
      name: 'sequences of a partition follow one another, each partition on its own',
      async run() {
        const [p, q] = [partition(0), partition(1)]
        const rig = await new Rig(setup).ready(p, q)
        const places: (number | undefined)[] = []
        for (const [to, records] of [
          [p, 3],
          [q, 7],
          [p, 2],
          [p, 5],
          [q, 1],
        ] as const) {
          const batch = rig.send(to, records)
          places.push(batch.stamp?.baseSequence)
          rig.store(batch)
        }
        sameList(places, [1, 1, 4, 6, 8], 'base sequence')
      },
    },
    {
      name: 'after sequence 2147483647 comes 0',
      async run() {
        const p = partition()
        const rig = await new Rig(setup).ready(p)
        rig.store(rig.send(p, MAX_SEQUENCE - 1))
        const across = rig.send(p, 3)
        same(across.stamp?.baseSequence, MAX_SEQUENCE, 'the last sequence')
        rig.store(across)
        same(rig.send(p, 1).stamp?.baseSequence, 2, 'the sequence after it came round')
      },
    },
    {
      name: 'no more than five batches of a partition are open',
      async run() {
        const p = partition()
        const rig = await new Rig(setup).ready(p)
        let open = 0
        while (open <= MAX_OPEN && rig.drain(rig.open(p, 1))) open++
        check(
          open <= MAX_OPEN,
          `open batches: expected ${MAX_OPEN} at most, as many as brokers remember, found one more`,
        )
      },
    },
    {
      name: 'compare puts the older batch first, also when sequences have begun again',
      async run() {
        const p = partition()
        const rig = await new Rig(setup).ready(p)
        const early = [rig.send(p, 2), rig.send(p, MAX_SEQUENCE - 3)]
        const late = [rig.send(p, 2), rig.send(p, 1)]
        const ordered = rig.ordered([late[1]!, early[1]!, late[0]!, early[0]!])
        const all: GuardedBatch[] = [...early, ...late]
        sameList(
          ordered.map((each) => all.indexOf(each)),
          [0, 1, 2, 3],
          'batches in order of age',
        )
      },
    },
    {
      name: 'pieces of a divided batch have its sequences and its place',
      async run() {
        const p = partition()
        const rig = await new Rig(setup).ready(p)
        const [big, next] = [rig.send(p, 6), rig.send(p, 2)]
        const { producerId, producerEpoch, baseSequence } = big.stamp!
        const pieces = rig.split(big, [1, 2, 3])
        const places = [0, 1, 3].map((behind) => `${producerId}/${producerEpoch}/${baseSequence + behind}`)
        sameList(
          pieces.map(({ place }) => place),
          places,
          'stamps of the pieces',
        )
        const all: GuardedBatch[] = [...pieces, next]
        sameList(
          rig.ordered([next, ...pieces]).map((each) => all.indexOf(each)),
          [0, 1, 2, 3],
          'pieces in order, and the batch behind them',
        )
      },
    },
  ]
}
