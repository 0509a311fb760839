import { expect, it } from 'vitest'
import { countTopic } from '../../../tools/kafka/judge/judge.ts'
import { bootstrapServers, describeKafka, freshTopic } from '../../../tools/kafka/testCluster.ts'
import { mainJob } from '../src/job.ts'

describeKafka('the main job on real Kafka', () => {
  it('finds all equal in a topic that it creates; the Java consumer counts as many records', async () => {
    const report = await mainJob({ bootstrapServers: [bootstrapServers] })
    expect(report).toMatchObject({ equal: true, differences: [] })
    expect(report.partitions).toHaveLength(6)
    expect(await countTopic({ bootstrapServers, topic: report.topic })).toMatchObject({ records: 20_000 })
  })

  it('finds all equal in a topic that is there already', async () => {
    const topic = await freshTopic('main-job', { partitions: 2 })
    expect(await mainJob({ bootstrapServers: [bootstrapServers], topic })).toMatchObject({ equal: true, topic })
  })
})
