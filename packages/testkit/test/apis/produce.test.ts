import { gzipSync, zstdCompressSync } from 'node:zlib'
import { ErrorCode, produce } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { createCluster, type TopicOptions, VirtualClock } from '../../src/index.ts'
import { baseTime, batch, type BatchOptions, type TestRecord } from '../support/batch.ts'
import { TestClient } from '../support/client.ts'
import { onlyPartition, produceRequest } from '../support/requests.ts'

const text = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString())

async function setup(topic: TopicOptions = {}) {
  const clock = new VirtualClock({ epochMs: baseTime })
  const cluster = createCluster({ clock, brokers: 2, topics: { t: topic } })
  const client = await clock.runUntil(new TestClient().connect(cluster))
  const send = async (bytes: Uint8Array | null, version = 12) =>
    onlyPartition(await clock.runUntil(client.request(produce, produceRequest('t', 0, bytes), version)))
  const refused = async (records: readonly TestRecord[], options: BatchOptions = {}, version = 12) => {
    const result = await send(batch(records, options), version)
    expect(cluster.log('t', 0)).toEqual([])
    expect(result.baseOffset).toBe(-1n)
    return result
  }
  return { clock, cluster, client, send, refused }
}

it('stores batches one after the other in every version (REC-01)', async () => {
  const { cluster, send } = await setup()
  for (let version = 3; version <= 12; version++) {
    const result = await send(batch(['a', 'b', 'c']), version)
    expect(result).toMatchObject({
      errorCode: ErrorCode.NONE,
      baseOffset: BigInt((version - 3) * 3),
      logAppendTimeMs: -1,
    })
  }
  expect(cluster.partition('t', 0).endOffset).toBe(30n)
  expect(cluster.records('t').map((record) => Number(record.offset))).toEqual(Array.from({ length: 30 }, (_, i) => i))
})

it('knows topics by id in version 13 (PRQ-13)', async () => {
  const { clock, cluster, client } = await setup()
  const send = async (topicId: string) => {
    const request = produceRequest('', 0, batch(['a']), { topicId })
    return onlyPartition(await clock.runUntil(client.request(produce, request, 13)))
  }
  expect((await send(cluster.topicId('t')!)).errorCode).toBe(ErrorCode.NONE)
  expect((await send('A'.repeat(22))).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
})

it('gives back keys, values, headers and timestamps', async () => {
  const { cluster, send } = await setup()
  const headers = [
    ['h', 'x'],
    ['h', null],
  ] as const
  await send(batch([{ key: 'k', value: 'v', headers, timestamp: baseTime - 5 }, { value: null }]))
  const [first, second] = cluster.records('t', 0)
  expect([text(first!.key), text(first!.value), first!.timestamp]).toEqual(['k', 'v', BigInt(baseTime - 5)])
  expect(first!.headers.map(({ key, value }) => [key, text(value)])).toEqual(headers)
  expect(second).toMatchObject({ key: null, value: null, offset: 1n, timestamp: BigInt(baseTime), sequence: -1 })
})

it.each([
  ['gzip', 1, gzipSync],
  ['zstd', 4, zstdCompressSync],
] as const)('reads %s', async (_name, attributes, compress) => {
  const { cluster, send } = await setup()
  expect((await send(batch(['a', 'b'], { attributes, compress }))).errorCode).toBe(ErrorCode.NONE)
  expect(cluster.records('t').map((record) => text(record.value))).toEqual(['a', 'b'])
})

it('stores what it cannot decompress, and says so when it is read', async () => {
  const { cluster, send } = await setup()
  expect((await send(batch(['a'], { attributes: 3 }))).errorCode).toBe(ErrorCode.NONE)
  expect(() => cluster.records('t')).toThrow('no codec 3')
})

it('uses the time of the append where the topic says so', async () => {
  const { clock, cluster, send } = await setup({ messageTimestampType: 'LogAppendTime' })
  await clock.advance(1234)
  const result = await send(batch(['a', 'b']))
  expect(result.logAppendTimeMs).toBe(baseTime + 1234)
  expect(cluster.records('t').map((record) => record.timestamp)).toEqual([
    BigInt(baseTime + 1234),
    BigInt(baseTime + 1234),
  ])
})

it('answers nothing to acks=0, and closes the connection when that fails (RSP-04)', async () => {
  const { clock, cluster, client } = await setup()
  client.send(produce, produceRequest('t', 0, batch(['a']), { acks: 0 }), 9)
  await clock.advance(1000)
  expect(cluster.records('t')).toHaveLength(1)
  expect(client.events).toEqual(['released'])
  client.send(produce, produceRequest('nowhere', 0, batch(['a']), { acks: 0 }), 9)
  await clock.advance(0)
  expect(client.closed).toEqual({ error: null })
})

it('refuses acks that Kafka does not have', async () => {
  const { clock, client } = await setup()
  const response = await clock.runUntil(client.request(produce, produceRequest('t', 0, batch(['a']), { acks: 2 }), 9))
  expect(onlyPartition(response).errorCode).toBe(ErrorCode.INVALID_REQUIRED_ACKS)
})

it('refuses acks=all with too few replicas in sync, and nothing else', async () => {
  const { clock, cluster, client, send } = await setup({ minInsyncReplicas: 2 })
  cluster.stopBroker(1)
  expect((await send(batch(['a']))).errorCode).toBe(ErrorCode.NOT_ENOUGH_REPLICAS)
  const one = await clock.runUntil(client.request(produce, produceRequest('t', 0, batch(['a']), { acks: 1 }), 9))
  expect(onlyPartition(one).errorCode).toBe(ErrorCode.NONE)
})

it('names the leader when it is another, from version 10 on (LDR-01)', async () => {
  const { clock, cluster, client, send } = await setup()
  cluster.moveLeader('t', 0, 1)
  const request = produceRequest('t', 0, batch(['a']))
  const response = await clock.runUntil(client.request(produce, request, 10))
  expect(onlyPartition(response)).toMatchObject({
    errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
    currentLeader: { leaderId: 1, leaderEpoch: 1 },
  })
  expect(response.nodeEndpoints).toEqual([{ nodeId: 1, host: 'broker-1', port: 9092, rack: null }])
  expect(await send(batch(['a']), 9)).toMatchObject({
    errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
    currentLeader: null,
  })
})

it('does not know other topics and partitions', async () => {
  const { clock, client } = await setup()
  for (const [topic, partition] of [
    ['other', 0],
    ['t', 7],
  ] as const) {
    const request = produceRequest(topic, partition, batch(['a']))
    const response = await clock.runUntil(client.request(produce, request, 12))
    expect(onlyPartition(response).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  }
})

it('refuses a batch that is too large for the topic', async () => {
  const { refused } = await setup({ maxMessageBytes: 100 })
  expect(await refused(['x'.repeat(100)])).toMatchObject({
    errorCode: ErrorCode.MESSAGE_TOO_LARGE,
    logStartOffset: -1n,
  })
})

it('refuses a damaged batch (REC-02)', async () => {
  const { cluster, send } = await setup()
  const bytes = batch(['abc'])
  bytes[bytes.length - 2]! ^= 1
  expect((await send(bytes)).errorCode).toBe(ErrorCode.CORRUPT_MESSAGE)
  expect(cluster.log('t', 0)).toEqual([])
})

it('refuses no batch, two batches, and other formats (PRQ-10)', async () => {
  const { send } = await setup()
  const old = batch(['a'])
  old[16] = 1
  const bad = [null, new Uint8Array(0), Buffer.concat([batch(['a']), batch(['b'])]), batch(['a']).subarray(0, 65), old]
  for (const bytes of bad) expect((await send(bytes)).errorCode).toBe(ErrorCode.INVALID_RECORD)
})

it('refuses zstd below version 7 (PRQ-11)', async () => {
  const { refused } = await setup()
  const result = await refused(['a'], { attributes: 4, compress: zstdCompressSync }, 6)
  expect(result.errorCode).toBe(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
})

it.each<[string, BatchOptions]>([
  ['another base offset', { baseOffset: 5n }],
  ['more records than it says (REC-15)', { recordCount: 1, lastOffsetDelta: 0 }],
  ['fewer records than it says (REC-15)', { recordCount: 3, lastOffsetDelta: 2 }],
  ['a last offset that does not fit', { lastOffsetDelta: 7 }],
  ['control records', { attributes: 0x20 }],
  ['a codec that does not exist', { attributes: 5 }],
  ['a producer id without a sequence (REC-06)', { producerId: 1n, producerEpoch: 0 }],
  ['bytes that gzip cannot read', { attributes: 1 }],
])('refuses a batch with %s', async (_what, options) => {
  const { refused } = await setup()
  const result = await refused(['a', 'b'], options)
  expect(result).toMatchObject({ errorCode: ErrorCode.INVALID_RECORD, logStartOffset: 0n })
})

it('names the records that a compacted topic refuses (RSP-20)', async () => {
  const { refused } = await setup({ cleanupPolicy: 'compact' })
  const result = await refused([{ key: 'k', value: 'v' }, 'no key', { key: 'l', value: 'w' }])
  expect(result.errorCode).toBe(ErrorCode.INVALID_RECORD)
  expect(result.recordErrors).toEqual([{ batchIndex: 1, message: 'Compacted topic cannot accept message without key' }])
})

it('refuses offsets that are not 0, 1, 2 … (REC-05)', async () => {
  const { refused } = await setup()
  const result = await refused(['a', { value: 'b', offsetDelta: 3 }])
  expect(result.errorCode).toBe(ErrorCode.INVALID_RECORD)
  expect(result.recordErrors.map((error) => error.batchIndex)).toEqual([1])
})

it('refuses timestamps more than an hour ahead, unless the topic uses its own', async () => {
  const { refused } = await setup()
  const records = ['a', { value: 'b', timestamp: baseTime + 3_600_001 }]
  const result = await refused(records)
  expect(result.errorCode).toBe(ErrorCode.INVALID_TIMESTAMP)
  expect(result.recordErrors.map((error) => error.batchIndex)).toEqual([1])
  const { send } = await setup({ messageTimestampType: 'LogAppendTime' })
  expect((await send(batch(records))).errorCode).toBe(ErrorCode.NONE)
})
