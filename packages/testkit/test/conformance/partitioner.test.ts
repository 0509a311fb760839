import type { Env, Partitioner, TopicPartitioner, TopicView } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { partitionerConformance } from '../../src/conformance/index.ts'
import { plantedBugs, type Planted } from './planted.ts'

/** A hash of the key's bytes, spread well enough for a test. */
function hash(key: Uint8Array): number {
  let value = 0x811c9dc5
  for (const byte of key) value = Math.imul(value ^ byte, 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}

/** Keys by hash, others one after the other on a partition with a leader. */
class Honest implements TopicPartitioner {
  next = 0
  readonly env: Env

  constructor(env: Env) {
    this.env = env
  }

  partition(key: Uint8Array | null, view: TopicView): number {
    return key === null ? this.keyless(view) : this.keyed(key, view)
  }

  keyed(key: Uint8Array, view: TopicView): number {
    return hash(key) % view.partitionCount
  }

  keyless({ available, partitionCount }: TopicView): number {
    const turn = this.next++
    return available.length === 0 ? turn % partitionCount : available[turn % available.length]!
  }
}

type Parts = Partial<Pick<Honest, 'partition' | 'keyed' | 'keyless'>>

const make =
  (parts: (env: Env, self: Honest) => Parts) =>
  () =>
  (env: Env): Partitioner => ({
    name: 'honest',
    forTopic: () => {
      const self = new Honest(env)
      return Object.assign(self, parts(env, self))
    },
  })

const bug = (what: string, parts: (env: Env, self: Honest) => Parts, ...caught: string[]): Planted<Partitioner> => ({
  bug: what,
  create: make(parts),
  caught,
})

const honest = make(() => ({}))
const equalKeys = 'equal keys meet in one partition, whatever comes between and whoever asks'
const view = 'a key is the bytes of a view, not the memory around it'
const reused = 'memory of a key may be reused for another'
const reach = 'records without a key reach every partition'
const gained = 'partitions that a topic gains are used'
const leaderless = 'a topic of which no partition has a leader gets partitions all the same'
const without = 'records without a key get partitions of the topic'
const fewer = 'a topic that was made again with fewer partitions gets partitions that it has'
const never = 'a record that was placed but never appended changes nothing for the next'
const producers = 'two producers share no state'
const topics = 'topics share no state'

describe('partitionerConformance', () => {
  plantedBugs<Partitioner>('partitionerConformance', (create) => partitionerConformance({ create }), honest, [
    { bug: 'no name', create: () => (env) => ({ ...honest()(env), name: '' }), caught: ['it has a name'] },
    {
      bug: 'one state for all topics',
      create: () => (env) => {
        const shared = new Honest(env)
        return { name: 'shared', forTopic: () => shared }
      },
      caught: [topics],
    },
    {
      bug: 'state outside the plugin',
      create: () => {
        const turns = new Map<string, Honest>()
        return (env) => ({
          name: 'global',
          forTopic: (topic) => {
            const known = turns.get(topic) ?? new Honest(env)
            turns.set(topic, known)
            return known
          },
        })
      },
      caught: [producers],
    },
    bug(
      'chance of its own',
      (_env, self) => ({
        keyless: (of) =>
          of.partitionCount === 50 ? Math.floor(Math.random() * 50) : Honest.prototype.keyless.call(self, of),
      }),
      'chance comes from the environment alone',
    ),
    bug(
      'the remainder of a negative number',
      () => ({ keyed: (key, { partitionCount }) => (hash(key) | 0) % partitionCount }),
      'records with a key get partitions of the topic',
      leaderless,
    ),
    bug(
      'one partition too many for keys, of a large topic',
      () => ({ keyed: (key, { partitionCount }) => (partitionCount === 100 ? 100 : hash(key) % partitionCount) }),
      'records with a key get partitions of the topic',
    ),
    bug(
      'one partition too many without a key, of a large topic',
      (_env, self) => ({
        keyless: (of) => (of.partitionCount === 100 ? 100 : Honest.prototype.keyless.call(self, of)),
      }),
      without,
    ),
    bug(
      'one partition too many',
      (_env, self) => ({
        keyless: ({ partitionCount }) => (partitionCount === 12 ? self.next++ % 13 : self.next++ % partitionCount),
      }),
      without,
      'records without a key avoid partitions without a leader',
    ),
    bug(
      'needs a leader',
      (_env, self) => ({ keyless: ({ available }) => available[self.next++ % available.length]! }),
      leaderless,
    ),
    bug(
      'stays where a topic has ended',
      (_env, self) => {
        let current = -1
        let highest = 0
        return {
          keyless: (of) => {
            if (of.partitionCount >= highest) {
              highest = of.partitionCount
              current = Honest.prototype.keyless.call(self, of)
            }
            return current
          },
        }
      },
      fewer,
    ),
    bug(
      'counts what was never appended',
      (_env, self) => {
        let unheard = 0
        return {
          keyless: (of) => {
            if (++unheard > 30) return -1
            return Honest.prototype.keyless.call(self, of)
          },
          onAppend: () => {
            unheard = 0
          },
        }
      },
      never,
    ),
    bug(
      'sorts the list that it is given',
      (_env, self) => ({
        keyless: (of) => {
          ;(of.available as number[]).sort()
          return Honest.prototype.keyless.call(self, of)
        },
      }),
      'it does not change the list of partitions that have a leader',
    ),
    bug(
      'a hash with salt',
      (env) => {
        const salt = Math.floor(env.random() * 97)
        return { keyed: (key, { partitionCount }) => (hash(key) + salt) % partitionCount }
      },
      equalKeys,
    ),
    bug(
      'hashes the memory around a key',
      () => ({ keyed: (key, { partitionCount }) => hash(new Uint8Array(key.buffer)) % partitionCount }),
      view,
    ),
    bug(
      'an empty key is none',
      (_env, self) => ({
        partition: (key, of) => (key === null || key.length === 0 ? self.keyless(of) : self.keyed(key, of)),
      }),
      'an empty key is a key',
    ),
    bug(
      'remembers keys by their memory',
      () => {
        const known = new WeakMap<Uint8Array, number>()
        return {
          keyed: (key, { partitionCount }) => {
            const partition = known.get(key) ?? hash(key) % partitionCount
            known.set(key, partition)
            return partition
          },
        }
      },
      reused,
    ),
    bug(
      'wipes keys',
      () => ({
        keyed: (key, { partitionCount }) => {
          const partition = hash(key) % partitionCount
          key.fill(0)
          return partition
        },
      }),
      'it leaves keys unchanged',
    ),
    bug('the first partition alone', () => ({ keyless: ({ available }) => available[0] ?? 0 }), reach, gained),
    bug(
      'knows the partitions of the first record alone',
      (_env, self) => {
        let first: readonly number[] | undefined
        return {
          keyless: (of) => {
            first ??= of.available.length === 0 ? [0] : [...of.available]
            return first[self.next++ % first.length]! % of.partitionCount
          },
        }
      },
      gained,
    ),
    bug(
      'does not care for leaders',
      (_env, self) => ({ keyless: ({ partitionCount }) => self.next++ % partitionCount }),
      'records without a key avoid partitions without a leader',
    ),
    bug(
      'the last partition only once the topic has grown',
      (_env, self) => {
        let first = 0
        return {
          keyless: (of) => {
            first ||= of.partitionCount
            const turn = Honest.prototype.keyless.call(self, of)
            return first === 6 && of.available.length === 6 && turn === 5 ? 0 : turn
          },
        }
      },
      reach,
    ),
  ])

  test('a feature that is declared missing has to be missing', async () => {
    const cases = partitionerConformance({ create: honest, features: { keyed: false } })
    const declared = cases.find(({ name }) => name.startsWith('not offered (keyed)'))
    await expect(Promise.resolve(declared?.run())).rejects.toThrow('feature keyed: expected to be missing')
  })
})
