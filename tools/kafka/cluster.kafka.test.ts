import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { countTopic, produceWithJava } from './judge/judge.ts'
import { startKafka } from './startKafka.ts'
import { describeKafka } from './testCluster.ts'
import { until } from './until.ts'

describeKafka('a cluster of three', () => {
  it('goes on without a killed leader, takes it back, and keeps every record', { timeout: 120_000 }, async () => {
    await using cluster = await startKafka({ brokers: 3, config: { 'auto.create.topics.enable': 'false' } })
    const { bootstrapServers } = cluster
    const topic = 'survivor'
    const created = await cluster.createTopic(topic, { config: { 'min.insync.replicas': '2' } })
    const leader = created.partitions[0]?.leader ?? -1
    expect(created.partitions[0]?.replicas.length).toBe(3)
    await produceWithJava({ bootstrapServers, topic, records: [{ value: '1' }, { value: '2' }] })

    await cluster.kill(leader)
    expect(cluster.brokers[leader]?.running).toBe(false)
    await produceWithJava({ bootstrapServers, topic, records: [{ value: '3' }] })
    const without = await cluster.describeTopic(topic)
    expect(without?.partitions[0]?.leader).not.toBe(leader)

    await cluster.start(leader)
    const healed = async (): Promise<boolean> =>
      (await cluster.describeTopic(topic))?.partitions[0]?.inSync.length === 3
    await until(healed, { what: 'the return to the in-sync replicas', timeoutMs: 30_000 })
    const { numbers } = await countTopic({ bootstrapServers, topic })
    expect(numbers).toEqual({ count: 3, others: 0, distinct: 3, min: 1, max: 3, outOfOrder: 0 })
  })
})

describeKafka('a cluster of one', () => {
  it('is silent while paused, stops in order, comes back, and leaves nothing behind', async () => {
    const cluster = await startKafka()
    await cluster.createTopic('t')
    cluster.pause(0)
    expect(await falls(() => cluster.describeTopic('t'))).toBeInstanceOf(AggregateError)
    cluster.resume(0)
    expect(await cluster.describeTopic('t')).toMatchObject({ name: 't', error: 0 })
    await cluster.stop(0)
    await cluster.start(0)
    expect(await cluster.describeTopic('t')).toMatchObject({ partitions: [{ leader: 0 }] })
    await cluster.close()
    expect(existsSync(cluster.dir)).toBe(false)
  })

  it('says why a broker does not start', async () => {
    await expect(startKafka({ config: { 'num.io.threads': 'many' } })).rejects.toThrow(/num\.io\.threads/)
    await expect(startKafka({ version: '0.8.2.2' })).rejects.toThrow(/too old/)
  })
})

/** Why a request fails, once it does: the signal that pauses a process may reach its threads after one more answer. */
async function falls(ask: () => Promise<unknown>): Promise<unknown> {
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      await ask()
    } catch (error) {
      return error
    }
  }
  return undefined
}
