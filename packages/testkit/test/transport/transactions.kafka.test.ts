import { afterEach, beforeEach, expect, it } from 'vitest'
import { produceWithJava, readBatches, readTopic } from '../../../../tools/kafka/judge/judge.ts'
import { describeKafka } from '../../../../tools/kafka/testCluster.ts'
import { type Cluster, createCluster } from '../../src/index.ts'

/** Kafka's own clients, against this cluster instead of a Kafka. */
describeKafka.each([2, 0] as const)('the Java clients with transaction.version %i', (transactionVersion) => {
  let cluster: Cluster
  beforeEach(async () => {
    cluster = createCluster({ brokers: 3, topics: { t: 3 }, transactionVersion })
    await cluster.listen()
  })
  afterEach(() => cluster.close())

  const config = { 'transactional.id': 'tx' }
  const values = (from: number): { value: string }[] =>
    Array.from({ length: 200 }, (_, i) => ({ value: `${from + i}` }))
  const to = (): { bootstrapServers: string; topic: string } => ({
    bootstrapServers: cluster.bootstrapServers.join(','),
    topic: 't',
  })

  async function read(isolation: 'read_committed' | 'read_uncommitted'): Promise<number[]> {
    const records = await Array.fromAsync(readTopic({ ...to(), isolation }))
    return records.map((record) => Number(record.value?.toString())).sort((a, b) => a - b)
  }

  it('commit, abort, and leave open; read only what was committed; the next one with the id takes over', async () => {
    await produceWithJava({ ...to(), config, records: values(0), end: 'commit' })
    await produceWithJava({ ...to(), config, records: values(1000), end: 'abort' })
    expect(await read('read_committed')).toEqual(values(0).map(({ value }) => Number(value)))
    expect(await read('read_uncommitted')).toHaveLength(400)
    await produceWithJava({ ...to(), config, records: values(2000), end: 'none' })
    expect(await read('read_committed')).toHaveLength(200)
    await produceWithJava({ ...to(), config, records: values(3000), end: 'commit' })
    expect(await read('read_committed')).toEqual([...values(0), ...values(3000)].map(({ value }) => Number(value)))
    expect(cluster.records('t', undefined, { isolation: 'read_committed' })).toHaveLength(400)
    expect(cluster.transaction('tx')).toMatchObject({ state: 'CompleteCommit', partitions: [] })
    const versions = new Set(cluster.history.map(({ apiName, version }) => `${apiName} ${version}`))
    expect(versions).toContain(transactionVersion === 2 ? 'EndTxn 5' : 'EndTxn 4')
    expect(versions.has('AddPartitionsToTxn 3')).toBe(transactionVersion === 0)
    for (const partition of [0, 1, 2]) {
      const batches = await Array.fromAsync(readBatches({ ...to(), partition }))
      expect(batches.every((batch) => batch.valid && batch.transactional)).toBe(true)
    }
  })
})
