import type { Partitioner, Plugin, TopicPartitioner, TopicView } from '@posthorn/contracts'
import { explained, offered, type ConformanceCase, type Features } from './case.ts'
import { check, same, sameBytes, sameList } from './checks.ts'
import { conformanceEnv } from './env.ts'
import { inside, noise, scribble } from './samples.ts'
import { place, range, TopicModel } from './topicModel.ts'

export type { ConformanceCase, Features } from './case.ts'

/** What {@link partitionerConformance} needs to know. */
export interface PartitionerSetup {
  /** Makes the plugin, as an application would. Called for each case. */
  readonly create: () => Plugin<Partitioner>
  /**
   * `keyed`: equal keys meet in one partition. `spreads`: records without a key reach every partition.
   * `avoidsLeaderless`: no record without a key goes to a partition without a leader while another has one.
   */
  readonly features?: Features<'keyed' | 'spreads' | 'avoidsLeaderless'> | undefined
}

type Make = (random?: () => number) => TopicPartitioner

/** The cases that every {@link Partitioner} has to pass. */
export function partitionerConformance(setup: PartitionerSetup): ConformanceCase[] {
  const make: Make = (random) => setup.create()(conformanceEnv(random)).forTopic('topic')
  return explained([
    ...identity(setup.create),
    ...answers(make),
    ...offered(setup.features, 'keyed', keyed(make)),
    ...keys(make),
    ...offered(setup.features, 'spreads', spreads(make)),
    ...offered(setup.features, 'avoidsLeaderless', [avoidsLeaderless(make)]),
  ])
}

const counts = [1, 2, 3, 7, 12, 100]
const manyKeys = (): Uint8Array[] => range(200).map((i) => noise(1 + (i % 40), i))

function inRange(partition: number, view: TopicView): void {
  const fits = Number.isInteger(partition) && partition >= 0 && partition < view.partitionCount
  check(fits, `expected a partition from 0 to ${view.partitionCount - 1}, found ${partition}`)
}

function run(partitioner: TopicPartitioner, view: TopicView, records: number, bytes?: number): number[] {
  return range(records).map(() => place(partitioner, view, null, bytes))
}

function identity(create: PartitionerSetup['create']): ConformanceCase[] {
  return [
    {
      name: 'it has a name',
      run: () => check(create()(conformanceEnv()).name.length > 0, 'name: expected a text, found none'),
    },
    {
      name: 'topics share no state',
      run() {
        for (const chance of [0, 0.5, 0.99]) {
          const left = new TopicModel(6, [0, 1, 2], 'left')
          const right = new TopicModel(6, [3, 4, 5], 'right')
          const alone = run(create()(conformanceEnv(() => chance)).forTopic('left'), left, 30, 400)
          const both = create()(conformanceEnv(() => chance))
          const [one, other] = [both.forTopic('left'), both.forTopic('right')]
          const beside = range(30).map(() => {
            place(other, right, null, 400)
            return place(one, left, null, 400)
          })
          sameList(beside, alone, 'partitions of a topic, beside another topic')
        }
      },
    },
    {
      name: 'two producers share no state',
      run() {
        for (const chance of [0, 0.5, 0.99]) {
          const plugin = create()
          const [left, right] = [new TopicModel(6, [0, 1, 2]), new TopicModel(6, [3, 4, 5])]
          const alone = run(create()(conformanceEnv(() => chance)).forTopic('topic'), left, 30, 400)
          const one = plugin(conformanceEnv(() => chance)).forTopic('topic')
          const other = plugin(conformanceEnv(() => chance)).forTopic('topic')
          const beside = range(30).map(() => {
            place(other, right, null, 400)
            return place(one, left, null, 400)
          })
          sameList(beside, alone, 'partitions in one producer, beside another')
        }
      },
    },
    {
      name: 'chance comes from the environment alone',
      run() {
        const sequence = (): number[] => run(create()(conformanceEnv()).forTopic('topic'), new TopicModel(50), 100)
        sameList(sequence(), sequence(), 'partitions with the same chance')
      },
    },
  ]
}

function answers(make: Make): ConformanceCase[] {
  return [
    {
      name: 'records with a key get partitions of the topic',
      run() {
        for (const count of counts) {
          const [partitioner, view] = [make(), new TopicModel(count)]
          for (const key of manyKeys()) inRange(place(partitioner, view, key), view)
        }
      },
    },
    {
      name: 'records without a key get partitions of the topic',
      run() {
        for (const count of counts) {
          const view = new TopicModel(count)
          for (const partition of run(make(), view, 200)) inRange(partition, view)
        }
      },
    },
    {
      name: 'a topic of which no partition has a leader gets partitions all the same',
      run() {
        const [partitioner, view] = [make(), new TopicModel(4, [])]
        for (let i = 0; i < 40; i++) inRange(place(partitioner, view, i % 4 === 0 ? noise(5, i) : null), view)
      },
    },
    {
      name: 'a topic that was made again with fewer partitions gets partitions that it has',
      run() {
        for (const chance of [0, 0.5, 0.99]) {
          const [partitioner, view] = [make(() => chance), new TopicModel(9)]
          run(partitioner, view, 8, 400)
          view.resize(3)
          for (const partition of run(partitioner, view, 8, 400)) inRange(partition, view)
        }
      },
    },
    {
      name: 'a record that was placed but never appended changes nothing for the next',
      run() {
        const [partitioner, view] = [make(), new TopicModel(5)]
        for (let i = 0; i < 50; i++) inRange(partitioner.partition(null, view), view)
        for (const partition of run(partitioner, view, 50)) inRange(partition, view)
      },
    },
    {
      name: 'it does not change the list of partitions that have a leader',
      run() {
        const list = [4, 1, 3]
        const [partitioner, view] = [make(), new TopicModel(5, list)]
        for (const key of manyKeys()) place(partitioner, view, key)
        run(partitioner, view, 20)
        sameList(list, [4, 1, 3], 'available')
      },
    },
  ]
}

function keyed(make: Make): ConformanceCase[] {
  return [
    {
      name: 'equal keys meet in one partition, whatever comes between and whoever asks',
      run() {
        const [one, other, view] = [make(() => 0.1), make(() => 0.9), new TopicModel(12, [2, 5])]
        for (const [i, key] of manyKeys().entries()) {
          const partition = place(one, view, key.slice())
          run(one, view, i % 5)
          same(place(one, view, key.slice()), partition, 'the second time')
          same(place(other, view, key.slice()), partition, 'in another producer')
        }
      },
    },
    {
      name: 'a key is the bytes of a view, not the memory around it',
      run() {
        const [partitioner, view] = [make(), new TopicModel(100)]
        for (const key of manyKeys()) {
          same(place(partitioner, view, inside(key)), place(partitioner, view, key.slice()), 'partition of a view')
        }
      },
    },
    {
      name: 'an empty key is a key',
      run() {
        const [partitioner, view] = [make(), new TopicModel(50)]
        const partition = place(partitioner, view, new Uint8Array(0))
        for (let i = 0; i < 20; i++) same(place(partitioner, view, new Uint8Array(0)), partition, 'partition')
      },
    },
    {
      name: 'memory of a key may be reused for another',
      run() {
        const [partitioner, view, memory] = [make(), new TopicModel(100), new Uint8Array(16)]
        for (let i = 0; i < 50; i++) {
          memory.set(noise(16, i))
          same(place(partitioner, view, memory), place(make(), view, noise(16, i)), 'partition')
          scribble(memory)
        }
      },
    },
  ]
}

function keys(make: Make): ConformanceCase[] {
  return [
    {
      name: 'it leaves keys unchanged',
      run() {
        const [partitioner, view] = [make(), new TopicModel(12)]
        for (const key of manyKeys()) {
          const given = key.slice()
          place(partitioner, view, given)
          sameBytes(given, key, 'key')
        }
      },
    },
  ]
}

function spreads(make: Make): ConformanceCase[] {
  return [
    {
      name: 'records without a key reach every partition',
      run() {
        const reached = new Set(run(make(), new TopicModel(6), 600))
        sameList([...reached].sort(), range(6), 'partitions reached')
      },
    },
    {
      name: 'partitions that a topic gains are used',
      run() {
        const [partitioner, view] = [make(), new TopicModel(2)]
        run(partitioner, view, 100)
        view.resize(6)
        const reached = new Set(run(partitioner, view, 600))
        sameList([...reached].sort(), range(6), 'partitions reached')
      },
    },
  ]
}

function avoidsLeaderless(make: Make): ConformanceCase {
  return {
    name: 'records without a key avoid partitions without a leader',
    run() {
      const view = new TopicModel(8, [1, 4])
      for (const partition of run(make(), view, 200)) {
        check(
          view.available.includes(partition),
          `expected a partition with a leader, one of ${view.available.join()}, found ${partition}`,
        )
      }
    },
  }
}
