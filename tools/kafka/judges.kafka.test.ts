import { expect, it } from 'vitest'
import {
  countTopic,
  createTopicWithJava,
  deleteTopicWithJava,
  describeTopicWithJava,
  keyHistories,
  produceWithJava,
  readBatches,
  readTopic,
} from './judge/judge.ts'
import type { JudgedBatch, JudgedRecord } from './judge/types.ts'
import { kcatConsume, kcatProduce } from './kcat.ts'
import { bootstrapServers, describeKafka, describeKcat, freshTopic } from './testCluster.ts'

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(items)
}

const binary = Buffer.from([0, 10, 13, 255, 0])

describeKafka('the Java judge', () => {
  it('reads back what the Java producer wrote, byte for byte', async () => {
    const topic = await freshTopic('judge', { partitions: 2 })
    const records = [
      { partition: 0, timestamp: 1_700_000_000_000, key: 'k', value: binary, headers: [['h', binary]] as const },
      { partition: 0, timestamp: 1_700_000_000_001, key: null, value: null, headers: [['h', null]] as const },
      { partition: 1, timestamp: 1_700_000_000_002, key: '', value: 'ä', headers: [] },
    ]
    const places = await produceWithJava({ bootstrapServers, topic, records })
    expect(places.map(({ partition, offset }) => [partition, offset])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ])
    const found = await all<JudgedRecord>(readTopic({ bootstrapServers, topic }))
    found.sort((a, b) => a.timestamp - b.timestamp)
    expect(found.map(({ key, value, timestampType }) => [key, value, timestampType])).toEqual([
      [Buffer.from('k'), binary, 'CreateTime'],
      [null, null, 'CreateTime'],
      [Buffer.from(''), Buffer.from('ä'), 'CreateTime'],
    ])
    expect(found.map(({ headers }) => headers)).toEqual([[['h', binary]], [['h', null]], []])
  })

  it('counts numbers, and sees loss, doubles and disorder', async () => {
    const topic = await freshTopic('count')
    const records = ['1', '2', '4', '4', '3', 'x'].map((value) => ({ value }))
    await produceWithJava({ bootstrapServers, topic, records })
    const count = await countTopic({ bootstrapServers, topic })
    expect(count.records).toBe(6)
    expect(count.numbers).toEqual({ count: 5, others: 1, distinct: 4, min: 1, max: 4, outOfOrder: 2 })
  })

  it('tells for each key what is stored, what twice, and what out of order', async () => {
    const topic = await freshTopic('history')
    const numbers = [0, 1, 2, 5, 4, 5, 2, 6]
    const records = [...numbers.map((number) => ({ key: 'a', value: `${number} more` })), { key: 'b', value: '7' }]
    await produceWithJava({ bootstrapServers, topic, records })
    const [a, b, ...others] = await keyHistories({ bootstrapServers, topic })
    expect(a).toMatchObject({ key: 'a', records: 8, seen: [[0, 2], [4, 6]], twice: 2, outOfOrder: 1 }) // prettier-ignore
    expect(a?.examples).toEqual([
      '4 out of order at partition 0 offset 4',
      '5 twice at partition 0 offset 5',
      '2 twice at partition 0 offset 6',
    ])
    expect(b).toEqual({ key: 'b', records: 1, seen: [[7, 7]], twice: 0, outOfOrder: 0, examples: [] })
    expect(others).toEqual([])
  })

  it('shows the batches of a transaction, and what an abort leaves to committed readers', async () => {
    const topic = await freshTopic('batches')
    const config = { 'transactional.id': topic, 'compression.type': 'gzip', 'linger.ms': '1000' }
    const records = Array.from({ length: 100 }, (_, index) => ({ value: `value ${index}` }))
    await produceWithJava({ bootstrapServers, topic, config, records, end: 'abort' })
    const [data, marker, ...more] = await all<JudgedBatch>(readBatches({ bootstrapServers, topic, raw: true }))
    expect(more).toEqual([])
    expect(data).toMatchObject({ baseOffset: 0, codec: 'gzip', transactional: true, control: false, valid: true })
    expect(data).toMatchObject({ records: 100, declaredRecords: 100, baseSequence: 0, magic: 2, error: null })
    expect(data?.raw?.length).toBe(data?.bytes)
    expect(marker).toMatchObject({ baseOffset: 100, control: true, transactional: true })
    expect(await countTopic({ bootstrapServers, topic })).toMatchObject({ records: 100 })
    const committed = await countTopic({ bootstrapServers, topic, isolation: 'read_committed' })
    expect(committed).toMatchObject({ records: 0 })
  })

  it('creates, describes and deletes topics', async () => {
    const place = { bootstrapServers, topic: `made-by-java-${process.pid}` }
    await createTopicWithJava({ ...place, partitions: 2, config: { 'max.message.bytes': '5000' } })
    const topic = await describeTopicWithJava(place)
    expect(topic.partitions).toMatchObject([{ partition: 0, inSync: [0] }, { partition: 1 }])
    await deleteTopicWithJava(place)
    await expect(describeTopicWithJava(place)).rejects.toThrow(/UnknownTopicOrPartition/)
  })

  it('says what is wrong when there is nothing to read', async () => {
    await expect(all(readTopic({ bootstrapServers, topic: 'absent' }))).rejects.toThrow(/no such topic.*absent/)
  })
})

describeKcat('kcat', () => {
  it('reads back what the Java producer wrote', async () => {
    const topic = await freshTopic('kcat-read')
    const headers = [
      ['a', '1'],
      ['b', '2'],
    ] as const
    await produceWithJava({
      bootstrapServers,
      topic,
      records: [{ key: binary, value: binary, headers }, { value: null }],
    })
    const found = await kcatConsume({ bootstrapServers, topic })
    expect(found).toMatchObject([
      { key: binary, value: binary, headers: 'a=1,b=2' },
      { key: null, value: null },
    ])
  })

  it('writes what the Java consumer reads back', async () => {
    const topic = await freshTopic('kcat-write')
    const records = [{ key: 'k', value: 'one\ntwo' }, { value: 'three' }]
    await kcatProduce({ bootstrapServers, topic, records, compression: 'lz4', headers: { h: 'v' } })
    const found = await all<JudgedRecord>(readTopic({ bootstrapServers, topic }))
    expect(found.map(({ key, value }) => [key?.toString() ?? null, value?.toString()])).toEqual([
      ['k', 'one\ntwo'],
      [null, 'three'],
    ])
    expect(found[0]?.headers).toEqual([['h', Buffer.from('v')]])
  })
})
