import type { ProduceResponse } from '@posthorn/protocol'
import { describe, expect, it } from 'vitest'
import { stage, states } from '../support/stage.ts'

const slowRefresh = { lingerMs: 0, retryBackoffMs: 5000, retryBackoffMaxMs: 5000, deliveryTimeoutMs: 60_000 }

/** A producer that knows leaders; then partition 0 moves to the next broker. */
async function moved(
  change?: (answer: ProduceResponse) => unknown,
): Promise<{ s: ReturnType<typeof stage>; to: number }> {
  const s = stage(slowRefresh)
  await s.until(Promise.all([0, 1, 2].map((partition) => s.send('warm', partition).promise)))
  const to = (s.cluster.partition('orders', 0).leader + 1) % 3
  s.cluster.moveLeader('orders', 0, to)
  if (change !== undefined) s.cluster.intercept('Produce', { change: change }, { times: 1 })
  s.cluster.clearHistory()
  return { s, to }
}

const withoutHint = (answer: ProduceResponse): unknown => ({
  ...answer,
  topics: answer.topics.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((partition) => ({ ...partition, currentLeader: null })),
  })),
  nodeEndpoints: [],
})

describe('an answer that names the new leader', () => {
  it('LDR-01 LDR-05 ACC-07 sends the batch there at once, without metadata and without back-off', async () => {
    const { s, to } = await moved()
    await s.until(s.send('a', 0).promise, 50)
    const produced = s.cluster.history.filter(({ apiName }) => apiName === 'Produce').map(({ broker }) => broker)
    expect(produced).toEqual([(to + 2) % 3, to])
    await s.end()
  })

  it('LDR-04 asks for metadata all the same', async () => {
    const { s } = await moved()
    await s.until(s.send('a', 0).promise, 50)
    await s.advance(6000)
    expect(s.requests()).toContain('Metadata')
    await s.end()
  })

  it('LDR-02 without that information only the ordinary update and back-off bring it there', async () => {
    const { s } = await moved(withoutHint)
    const sent = s.send('a', 0)
    await s.advance(3000)
    expect(states([sent])).toEqual(['pending'])
    await s.until(sent.promise, 10_000)
    await s.end()
  })

  it('LDR-03 is not believed when its epoch is not newer, or its broker’s address is missing', async () => {
    const old = (answer: ProduceResponse): unknown => ({
      ...answer,
      topics: answer.topics.map((topic) => ({
        ...topic,
        partitions: topic.partitions.map((partition) => ({
          ...partition,
          currentLeader: { leaderId: partition.currentLeader?.leaderId ?? 0, leaderEpoch: 0 },
        })),
      })),
    })
    const nowhere = (answer: ProduceResponse): unknown => ({ ...answer, nodeEndpoints: [] })
    for (const change of [old, nowhere]) {
      const { s } = await moved(change)
      const sent = s.send('a', 0)
      await s.advance(3000)
      expect(states([sent])).toEqual(['pending'])
      await s.until(sent.promise, 10_000)
      await s.end()
    }
  })

  it('names one for each partition: what it says of the same one again is ignored, so that its length bounds the work', async () => {
    const twice = (answer: ProduceResponse): unknown => ({
      ...answer,
      topics: answer.topics.map((topic) => ({
        ...topic,
        partitions: topic.partitions.flatMap((partition) => {
          const { leaderId, leaderEpoch } = partition.currentLeader ?? { leaderId: 0, leaderEpoch: 0 }
          const elsewhere = { leaderId: (leaderId + 1) % 3, leaderEpoch: leaderEpoch + 1 }
          return [partition, { ...partition, currentLeader: elsewhere }]
        }),
      })),
      nodeEndpoints: [0, 1, 2].map((nodeId) => ({ nodeId, host: `broker-${nodeId}`, port: 9092, rack: null })),
    })
    const { s, to } = await moved(twice)
    await s.until(s.send('a', 0).promise, 50)
    const produced = s.cluster.history.filter(({ apiName }) => apiName === 'Produce').map(({ broker }) => broker)
    expect(produced).toEqual([(to + 2) % 3, to])
    await s.end()
  })

  it('LDR-05 of a leader that does not lead either: the next attempt is free of back-off only for a newer epoch', async () => {
    const { s } = await moved()
    // Whoever is asked says the same new leader, which refuses again in the same epoch.
    s.cluster.intercept('Produce', { error: 'NOT_LEADER_OR_FOLLOWER' }, { skip: 1, times: 3 })
    const sent = s.send('a', 0)
    await s.advance(1000)
    expect(s.requests().filter((name) => name === 'Produce').length).toBeLessThanOrEqual(2)
    await s.end()
    expect(sent.state).toBe('resolved')
  })
})
