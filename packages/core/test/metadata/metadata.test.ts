import { ZERO_UUID } from '@posthorn/protocol'
import type { MetadataPartition, MetadataResponse, MetadataTopic } from '@posthorn/protocol'
import { metadata as api } from '@posthorn/protocol'
import { describe, expect, it } from 'vitest'
import { Metadata } from '../../src/metadata/metadata.ts'
import type { TopicInfo } from '../../src/metadata/topicInfo.ts'

const NEWEST = api.maxVersion

function made(settings: object = {}) {
  const told: TopicInfo[] = []
  const forgotten: string[] = []
  const metadata = new Metadata(
    {
      metadataMaxAgeMs: 300_000,
      metadataMaxIdleMs: 10_000,
      retryBackoffMs: 100,
      clientRack: '',
      retryBackoffMaxMs: 1000,
      ...settings,
    },
    () => 0.5,
    {
      onTopic: (info) => told.push(info),
      onIdle: (topic) => {
        forgotten.push(topic)
        return topic !== 'busy'
      },
      onUpdate: null,
    },
  )
  return { metadata, told, forgotten }
}

function topic(
  name: string,
  leaders: readonly (readonly [number, number])[],
  more: Partial<MetadataTopic> = {},
): MetadataTopic {
  return {
    name,
    errorCode: 0,
    topicId: 'AAAAAAAAAAAAAAAAAAAAAQ',
    isInternal: false,
    topicAuthorizedOperations: 0,
    partitions: leaders.map(([leaderId, leaderEpoch], partitionIndex): MetadataPartition => ({
      ...{ errorCode: 0, partitionIndex, leaderId, leaderEpoch },
      ...{ replicaNodes: [], isrNodes: [], offlineReplicas: [] },
    })),
    ...more,
  }
}

function answer(topics: readonly MetadataTopic[], brokers = 1): MetadataResponse {
  return {
    throttleTimeMs: 0,
    brokers: Array.from({ length: brokers }, (_, nodeId) => ({ nodeId, host: 'b', port: 1, rack: null })),
    clusterId: 'c',
    controllerId: 0,
    topics,
    clusterAuthorizedOperations: 0,
    errorCode: 0,
  }
}

describe('when metadata is due', () => {
  it('MDT-01 MDT-03 at once at the start, then when it is too old, or requested, but not within the back-off', () => {
    const { metadata } = made()
    metadata.use('orders', 0)
    expect(metadata.dueAt()).toBeLessThanOrEqual(0)
    expect(metadata.begin(1000)).toEqual({ topics: ['orders'], full: true })
    metadata.onResponse(answer([topic('orders', [[0, 0]])]), NEWEST, true, 1000)
    expect(metadata.dueAt()).toBe(301_000)
    metadata.requestUpdate()
    expect(metadata.dueAt()).toBe(1100)
  })

  it('MDT-04 MDT-05 at once for a new topic, for it alone; not for one that is in use already', () => {
    const { metadata } = made()
    metadata.use('orders', 0)
    metadata.begin(0)
    metadata.use('bills', 1)
    metadata.onResponse(answer([topic('orders', [[0, 0]])]), NEWEST, true, 2)
    expect(metadata.dueAt()).toBe(0)
    expect(metadata.begin(2)).toEqual({ topics: ['bills'], full: false })
    metadata.onResponse(answer([topic('bills', [[0, 0]])]), NEWEST, false, 3)
    metadata.use('orders', 4)
    // A partial answer is no refresh: what was asked for at 0 and answered at 2 is as old as before.
    expect(metadata.dueAt()).toBe(300_002)
  })

  it('MDT-06 MDT-07 MDT-08 later each time after failures; an answer without brokers is one', () => {
    const { metadata } = made()
    const waits = []
    for (let now = 0, i = 0; i < 6; i++) {
      metadata.begin(now)
      if (i % 2 === 0) metadata.onFailure(now)
      else metadata.onResponse(answer([], 0), NEWEST, true, now)
      waits.push(Math.round(metadata.dueAt() - now))
      now = metadata.dueAt()
    }
    expect(waits).toEqual([100, 200, 400, 800, 1000, 1000])
    expect(metadata.lastSuccessMs).toBe(Number.NEGATIVE_INFINITY)
  })

  it('MDT-07 later each time while answers change nothing although something is to change', () => {
    const { metadata } = made()
    metadata.use('orders', 0)
    const waits = []
    for (let now = 0, i = 0; i < 4; i++) {
      metadata.begin(now)
      metadata.onResponse(answer([topic('orders', [[-1, 3]])]), NEWEST, true, now)
      waits.push(Math.round(metadata.dueAt() - now))
      now = metadata.dueAt()
    }
    expect(waits).toEqual([100, 200, 400, 800])
    metadata.begin(5000)
    metadata.onResponse(answer([topic('orders', [[-1, 4]])]), NEWEST, true, 5000)
    expect(metadata.dueAt()).toBe(5100)
  })

  it('MDT-13 again for a topic without a leader or with an error that may pass', () => {
    for (const odd of [
      topic('orders', [[-1, 0]]),
      topic('orders', [], { errorCode: 5 }),
      topic('orders', [], { errorCode: 3 }),
    ]) {
      const { metadata } = made()
      metadata.use('orders', 0)
      metadata.begin(0)
      metadata.onResponse(answer([odd]), NEWEST, true, 0)
      expect(metadata.dueAt()).toBe(100)
    }
  })
})

describe('an answer that leaves out a topic', () => {
  it('is not the end of it: the topic is asked for again after the back-off', () => {
    const { metadata } = made()
    metadata.use('orders', 0)
    metadata.use('bills', 0)
    metadata.begin(0)
    metadata.onResponse(answer([topic('bills', [[0, 0]])]), NEWEST, true, 0)
    expect(metadata.dueAt()).toBe(100)
    metadata.begin(100)
    metadata.onResponse(answer([topic('bills', [[0, 0]]), topic('orders', [[0, 0]])]), NEWEST, true, 100)
    expect(metadata.dueAt()).toBe(300_100)
  })

  it('does not matter once nobody wants the topic', () => {
    const { metadata } = made()
    metadata.use('orders', 0)
    metadata.use('bills', 0)
    metadata.begin(0)
    metadata.forget('orders')
    metadata.onResponse(answer([topic('bills', [[0, 0]])]), NEWEST, true, 0)
    expect(metadata.dueAt()).toBe(300_000)
  })
})

describe('what metadata knows', () => {
  const known = (
    epochs: [number, number],
    version: number,
    change: Partial<MetadataTopic> = {},
  ): number | undefined => {
    const { metadata } = made()
    metadata.use('orders', 0)
    metadata.onResponse(answer([topic('orders', [[1, epochs[0]]])]), NEWEST, true, 0)
    metadata.onResponse(answer([topic('orders', [[2, epochs[1]]], change)]), version, true, 1)
    return metadata.topic('orders')?.partitions[0]?.leaderId
  }

  it('MDT-10 is not replaced by an older leader epoch; an equal or newer one is taken', () => {
    expect([known([5, 4], NEWEST), known([5, 5], NEWEST), known([5, 6], NEWEST)]).toEqual([1, 2, 2])
  })

  it('MDT-10 MDT-11 is replaced by an older epoch that comes again and again, where topics have no ids to tell', () => {
    const leaders = (topicId: string): (number | undefined)[] => {
      const { metadata } = made()
      metadata.use('orders', 0)
      metadata.onResponse(answer([topic('orders', [[1, 5]], { topicId })]), 9, true, 0)
      return Array.from({ length: 7 }, (_, i) => {
        metadata.onResponse(answer([topic('orders', [[2, 0]], { topicId })]), 9, true, i)
        return metadata.topic('orders')?.partitions[0]?.leaderId
      })
    }
    expect(leaders(ZERO_UUID)).toEqual([1, 1, 1, 1, 1, 2, 2])
    expect(leaders('AAAAAAAAAAAAAAAAAAAAAg')).toEqual(Array(7).fill(1))
  })

  it('MDT-11 is replaced by whatever a topic says that was created anew', () => {
    expect(known([5, 0], NEWEST, { topicId: 'AAAAAAAAAAAAAAAAAAAAAg' })).toBe(2)
  })

  it('MDT-12 is replaced by answers of versions whose epochs cannot be trusted', () => {
    expect(known([5, 4], 8)).toBe(2)
  })

  it('MDT-14 stays with an error beside it, so that what is queued can go on', () => {
    const { metadata, told } = made()
    metadata.use('orders', 0)
    metadata.onResponse(answer([topic('orders', [[1, 0]])]), NEWEST, true, 0)
    metadata.onResponse(answer([topic('orders', [], { errorCode: 3 })]), NEWEST, true, 1)
    expect(metadata.topic('orders')).toMatchObject({ available: [0], error: { code: 'UNKNOWN_TOPIC_OR_PARTITION' } })
    expect(told).toHaveLength(2)
  })

  it('is nothing about a topic that nobody asked for', () => {
    const { metadata, told } = made()
    metadata.onResponse(answer([topic('orders', [[1, 0]]), topic('x', [], { name: null })]), NEWEST, true, 0)
    expect([metadata.topic('orders'), told]).toEqual([undefined, []])
  })

  it('MDT-09 is forgotten for a topic that nobody used for metadataMaxIdleMs, unless something is queued for it', () => {
    const { metadata, forgotten } = made()
    for (const name of ['orders', 'busy', 'used']) metadata.use(name, 0)
    metadata.onResponse(answer(['orders', 'busy', 'used'].map((name) => topic(name, [[1, 0]]))), NEWEST, true, 0)
    metadata.use('used', 9000)
    metadata.requestUpdate()
    expect(metadata.begin(10_000).topics).toEqual(['busy', 'used'])
    expect(forgotten).toEqual(['orders', 'busy'])
    expect(metadata.topic('orders')).toBeUndefined()
    metadata.use('orders', 10_001)
    expect(metadata.dueAt()).toBe(0)
  })

  it('LDR-03 takes a leader hint of a newer epoch only, and only for what it knows', () => {
    const { metadata } = made()
    metadata.use('orders', 0)
    metadata.onResponse(answer([topic('orders', [[1, 5]])]), NEWEST, true, 0)
    const leader = (): number | undefined => metadata.topic('orders')?.partitions[0]?.leaderId
    metadata.onLeaderHint('orders', 0, { leaderId: 2, leaderEpoch: 5 })
    expect(leader()).toBe(1)
    metadata.onLeaderHint('orders', 7, { leaderId: 2, leaderEpoch: 6 })
    metadata.onLeaderHint('bills', 0, { leaderId: 2, leaderEpoch: 6 })
    expect([leader(), metadata.topic('bills'), metadata.topic('orders')?.partitions.length]).toEqual([1, undefined, 1])
    metadata.onLeaderHint('orders', 0, { leaderId: 2, leaderEpoch: 6 })
    expect(leader()).toBe(2)
  })

  it('does not take a partition number for a length: one absurd entry costs no memory', () => {
    const { metadata, told } = made()
    metadata.use('orders', 0)
    const [partition] = topic('orders', [[1, 0]]).partitions
    const partitions = [
      partition!,
      { ...partition!, partitionIndex: 10_000_000 },
      { ...partition!, partitionIndex: -1 },
    ]
    metadata.onResponse(answer([topic('orders', [], { partitions })]), NEWEST, true, 0)
    expect(told[0]?.partitions.length ?? 0).toBeLessThan(10)
  })
})
