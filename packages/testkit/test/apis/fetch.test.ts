import { ErrorCode, fetch, type FetchResponsePartition, produce, readBatches } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { batch } from '../support/batch.ts'
import { fetchRequest, produceRequest } from '../support/requests.ts'
import { type Setup, setup } from '../support/setup.ts'

type More = Parameters<typeof fetchRequest>[3]

async function read({ clock, client }: Setup, offset: bigint, more: More = {}, version = 11) {
  const response = await clock.runUntil(client.request(fetch, fetchRequest('t', 0, offset, more), version))
  return response.topics[0]!.partitions[0]!
}

function offsets(partition: FetchResponsePartition): number[] {
  return [...readBatches(partition.records!)].map((one) => Number(one.baseOffset))
}

async function filled(): Promise<Setup> {
  const it = await setup()
  for (const values of [['a', 'b'], ['c'], ['d', 'e', 'f']]) await it.send(batch(values))
  return it
}

it('gives whole batches from the one that holds the offset on, in every version', async () => {
  const it = await filled()
  for (let version = 4; version <= 12; version++) {
    const partition = await read(it, 1n, {}, version)
    expect(offsets(partition)).toEqual([0, 2, 3])
    expect(partition).toMatchObject({ highWatermark: 6n, lastStableOffset: 6n, preferredReadReplica: -1 })
  }
  expect(offsets(await read(it, 2n))).toEqual([2, 3])
})

it('knows topics by id from version 13 on', async () => {
  const { clock, client, cluster } = await filled()
  const ask = async (topicId: string) => {
    const response = await clock.runUntil(client.request(fetch, fetchRequest('', 0, 3n, { topicId }), 17))
    return response.topics[0]!.partitions[0]!
  }
  expect(offsets(await ask(cluster.topicId('t')!))).toEqual([3])
  expect((await ask('A'.repeat(22))).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
})

it('keeps to the limits, but always gives one batch', async () => {
  const it = await filled()
  expect(offsets(await read(it, 0n, { partitionMaxBytes: 1 }))).toEqual([0])
  expect(offsets(await read(it, 0n, { maxBytes: 1 }))).toEqual([0])
  expect(offsets(await read(it, 0n, { partitionMaxBytes: 150 }))).toEqual([0, 2])
})

it('waits for what is not there yet, and no longer than it should', async () => {
  const it = await setup()
  const started = it.clock.now()
  expect(offsets(await read(it, 0n, { maxWaitMs: 500 }))).toEqual([])
  expect(it.clock.now() - started).toBe(500)
  const reader = await it.connect()
  const waiting = reader.request(fetch, fetchRequest('t', 0, 0n, { maxWaitMs: 10_000, minBytes: 100 }), 11)
  for (const [after, value] of [
    [200, 'a'],
    [700, 'b'],
  ] as const) {
    it.clock.schedule(after, () => it.client.send(produce, produceRequest('t', 0, batch([value]), { acks: 0 }), 9))
  }
  const response = await it.clock.runUntil(waiting)
  expect(it.clock.now() - started).toBe(1200)
  expect(offsets(response.topics[0]!.partitions[0]!)).toEqual([0, 1])
})

it.each([-1n, 7n])('refuses offset %s, which is not there', async (offset) => {
  const it = await filled()
  expect((await read(it, offset, { maxWaitMs: 500 })).errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
  expect(it.clock.now()).toBe(0)
})

it('refuses what retention has removed', async () => {
  const it = await filled()
  it.cluster.deleteRecords('t', 0, 3n)
  expect((await read(it, 0n)).errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
  expect(await read(it, 3n)).toMatchObject({ errorCode: ErrorCode.NONE, logStartOffset: 3n })
})

it('sends readers to the leader', async () => {
  const it = await filled()
  it.cluster.moveLeader('t', 0, 1)
  expect(await read(it, 0n, {}, 11)).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER, currentLeader: null })
  expect((await read(it, 0n, {}, 12)).currentLeader).toEqual({ leaderId: 1, leaderEpoch: 1 })
})
