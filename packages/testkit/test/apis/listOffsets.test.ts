import { EARLIEST_TIMESTAMP, ErrorCode, LATEST_TIMESTAMP, listOffsets, MAX_TIMESTAMP } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { baseTime, batch } from '../support/batch.ts'
import { type Setup, setup } from '../support/setup.ts'

async function ask({ clock, client }: Setup, timestamp: number, version = 7, currentLeaderEpoch = -1) {
  const partitions = [{ partitionIndex: 0, currentLeaderEpoch, timestamp }]
  const request = { replicaId: -1, isolationLevel: 0, topics: [{ name: 't', partitions }], timeoutMs: 0 }
  const response = await clock.runUntil(client.request(listOffsets, request, version))
  return response.topics[0]!.partitions[0]!
}

async function filled(): Promise<Setup> {
  const it = await setup()
  const at = (offset: number) => ({ value: 'x', timestamp: baseTime + offset })
  await it.send(batch([at(0), at(50), at(20)]))
  await it.send(batch([at(30), at(40)]))
  return it
}

it('finds both ends in every version', async () => {
  const it = await filled()
  it.cluster.deleteRecords('t', 0, 4n)
  for (let version = 1; version <= 10; version++) {
    expect((await ask(it, LATEST_TIMESTAMP, version)).offset).toBe(5n)
    expect((await ask(it, EARLIEST_TIMESTAMP, version)).offset).toBe(3n)
  }
})

it('finds the first record that is not older', async () => {
  const it = await filled()
  expect(await ask(it, baseTime + 10)).toMatchObject({ offset: 1n, timestamp: baseTime + 50 })
  expect((await ask(it, baseTime - 10)).offset).toBe(0n)
  expect((await ask(it, baseTime + 51)).offset).toBe(-1n)
})

it('finds the largest timestamp', async () => {
  expect(await ask(await filled(), MAX_TIMESTAMP)).toMatchObject({ offset: 1n, timestamp: baseTime + 50 })
  expect(await ask(await setup(), MAX_TIMESTAMP)).toMatchObject({ offset: -1n, timestamp: -1 })
})

it('wants the leader and its epoch', async () => {
  const it = await filled()
  it.cluster.moveLeader('t', 0, 0)
  expect((await ask(it, LATEST_TIMESTAMP, 7, 0)).errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH)
  expect((await ask(it, LATEST_TIMESTAMP, 7, 1)).errorCode).toBe(ErrorCode.NONE)
  expect((await ask(it, LATEST_TIMESTAMP, 7, 2)).errorCode).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH)
  it.cluster.moveLeader('t', 0, 1)
  expect((await ask(it, LATEST_TIMESTAMP)).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
})
