import { expect, it } from 'vitest'
import { kcatProduce } from './kcat.ts'
import { readWithOldConsumer } from './oldJudge/oldJudge.ts'
import { startKafka } from './startKafka.ts'
import { describeKcat } from './testCluster.ts'

const before010 = { 'api.version.request': 'false', 'broker.version.fallback': '0.9.0.1' }

describeKcat('a cluster with ZooKeeper', () => {
  it.each(['0.9', '0.10', '0.11'])('of %s takes topics and records, and gives them back', async (version) => {
    await using cluster = await startKafka({ version })
    const { bootstrapServers } = cluster
    const created = await cluster.createTopic('t', { partitions: 2 })
    expect(created.partitions.map(({ leader }) => leader)).toEqual([0, 0])
    const records = [{ key: 'k', value: 'a' }, { value: 'b' }]
    const config = version === '0.9' ? before010 : {}
    await kcatProduce({ bootstrapServers, topic: 't', partition: 1, records, config })
    const read = await readWithOldConsumer({ version, bootstrapServers, topic: 't', expected: 2 })
    expect(read.map(({ partition, offset }) => [partition, offset])).toEqual([
      [1, 0],
      [1, 1],
    ])
    expect(read.map(({ key, value }) => [key?.toString() ?? null, value?.toString()])).toEqual([
      ['k', 'a'],
      [null, 'b'],
    ])
  })

  it('takes a killed broker back', async () => {
    await using cluster = await startKafka({ version: '0.10' })
    await cluster.createTopic('t')
    await cluster.kill(0)
    await cluster.start(0)
    expect(await cluster.describeTopic('t')).toMatchObject({ partitions: [{ leader: 0 }] })
  })
})
