import { ErrorCode, metadata, ZERO_UUID } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { TestClient } from '../support/client.ts'
import { metadataRequest } from '../support/requests.ts'

it('describes brokers and partitions in every version', async () => {
  const cluster = createCluster({ brokers: 3, topics: { orders: 4 } })
  const client = await new TestClient().connect(cluster)
  for (let version = 0; version <= 13; version++) {
    const response = await client.request(metadata, metadataRequest(['orders']), version)
    expect(response.brokers.map(({ nodeId, host, port }) => [nodeId, host, port])).toEqual([
      [0, 'broker-0', 9092],
      [1, 'broker-1', 9092],
      [2, 'broker-2', 9092],
    ])
    const [topic] = response.topics
    expect(topic?.topicId).toBe(version >= 10 ? cluster.topicId('orders') : ZERO_UUID)
    expect(topic?.partitions.map((partition) => partition.leaderId)).toEqual([0, 1, 2, 0])
    expect(topic?.partitions[1]?.replicaNodes).toEqual([1, 2, 0])
  }
})

it('takes an empty list as all topics in version 0 and as none later', async () => {
  const client = await new TestClient().connect(createCluster({ topics: { a: 1, b: 1 } }))
  const all = await client.request(metadata, metadataRequest(null), 0)
  expect(all.topics.map((topic) => topic.name)).toEqual(['a', 'b'])
  expect((await client.request(metadata, metadataRequest([]), 1)).topics).toEqual([])
  expect((await client.request(metadata, metadataRequest(null), 9)).topics).toHaveLength(2)
})

it('creates a topic that is asked for, and says so only when asked again', async () => {
  const cluster = createCluster({ defaultPartitions: 2 })
  const client = await new TestClient().connect(cluster)
  const first = await client.request(metadata, metadataRequest(['new']), 12)
  expect(first.topics[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  const second = await client.request(metadata, metadataRequest(['new']), 12)
  expect(second.topics[0]?.errorCode).toBe(ErrorCode.NONE)
  expect(second.topics[0]?.partitions).toHaveLength(2)
})

it('creates nothing when the request or the cluster does not allow it', async () => {
  const open = createCluster()
  const client = await new TestClient().connect(open)
  await client.request(metadata, metadataRequest(['new'], false), 12)
  expect(open.topics).toEqual([])
  const shut = createCluster({ autoCreateTopics: false })
  const other = await new TestClient().connect(shut)
  const { topics } = await other.request(metadata, metadataRequest(['new']), 12)
  expect(topics[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  expect(shut.topics).toEqual([])
})

it.each(['', '.', '..', 'a b', 'ä', 'x'.repeat(250)])('refuses the topic name %j (MDT-14)', async (name) => {
  const client = await new TestClient().connect(createCluster())
  const { topics } = await client.request(metadata, metadataRequest([name]), 12)
  expect(topics[0]?.errorCode).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION)
})

it('finds topics by id from version 12 on', async () => {
  const cluster = createCluster({ topics: { orders: 1 } })
  const client = await new TestClient().connect(cluster)
  const byId = async (topicId: string) => {
    const request = { ...metadataRequest(null), topics: [{ name: null, topicId }] }
    return (await client.request(metadata, request, 12)).topics[0]
  }
  expect((await byId(cluster.topicId('orders')!))?.name).toBe('orders')
  const unknown = 'abcdefghijklmnopqrstuA'
  expect(await byId(unknown)).toMatchObject({ errorCode: ErrorCode.UNKNOWN_TOPIC_ID, name: null, topicId: unknown })
})

it('says which partitions have no leader and which replicas are away', async () => {
  const cluster = createCluster({ brokers: 2, topics: { t: { partitions: 2, replicationFactor: 1 } } })
  cluster.stopBroker(1)
  const client = await new TestClient().connect(cluster)
  const response = await client.request(metadata, metadataRequest(['t']), 12)
  expect(response.brokers.map((broker) => broker.nodeId)).toEqual([0])
  expect(response.topics[0]?.partitions[1]).toMatchObject({
    errorCode: ErrorCode.LEADER_NOT_AVAILABLE,
    leaderId: -1,
    leaderEpoch: 1,
    isrNodes: [],
    offlineReplicas: [1],
  })
})

it('gives a topic that was created anew another id (MDT-11)', () => {
  const cluster = createCluster({ topics: { t: 1 } })
  const id = cluster.topicId('t')
  expect(cluster.deleteTopic('t')).toBe(true)
  expect(cluster.deleteTopic('t')).toBe(false)
  cluster.createTopic('t', 3)
  expect(cluster.topicId('t')).not.toBe(id)
})
