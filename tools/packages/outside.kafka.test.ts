import { expect, test } from 'vitest'
import { readBatches, readTopic } from '../kafka/judge/judge.ts'
import { bootstrapServers, describeKafka, freshTopic } from '../kafka/testCluster.ts'
import { Outside } from './outside.ts'
import { packAll } from './pack.ts'

const COUNT = 500

describeKafka('a plugin from outside', () => {
  test('compresses what a producer sends to a real Kafka, whose own consumer reads it', async () => {
    await using outside = new Outside('third-party-codec')
    expect(await outside.install(await packAll())).toBe('')
    const topic = await freshTopic('outside')
    const { code, output } = await outside.node(['demo/produce.ts', bootstrapServers, topic, String(COUNT)])
    expect([code, output.trim()]).toEqual([0, `stored ${COUNT}`])
    const read: string[] = []
    for await (const { value } of readTopic({ bootstrapServers, topic })) read.push(String(value))
    expect(read).toEqual(Array.from({ length: COUNT }, (_, i) => `order ${i} of the very same customer`))
    const codecs = new Set<string>()
    for await (const { codec } of readBatches({ bootstrapServers, topic })) codecs.add(codec)
    expect([...codecs]).toEqual(['gzip'])
    // Packing takes its time where nothing is packed yet.
  }, 300_000)
})
