import { expect, it } from 'vitest'
import { countTopic, readTopic } from '../../../tools/kafka/judge/judge.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { bootstrapServers, describeKafka, freshTopic } from '../../../tools/kafka/testCluster.ts'
import { posthorn, PosthornProcess } from './support/posthorn.ts'

describeKafka('posthorn produce on real Kafka', () => {
  it.each(['none', 'gzip'])('stores a hundred thousand lines once and in order (%s)', async (codec) => {
    const topic = await freshTopic('cli-lines')
    const input = Array.from({ length: 100_000 }, (_, index) => `${index + 1}\n`).join('')
    const { code, out, errors } = await posthorn(
      ['produce', '-b', bootstrapServers, '-t', topic, '-z', codec, '--json'],
      input,
    )
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(JSON.parse(out)).toMatchObject({ records: 100_000, acknowledged: 100_000, failed: 0 })
    const { records, numbers } = await countTopic({ bootstrapServers, topic })
    expect(records).toBe(100_000)
    expect(numbers).toMatchObject({ count: 100_000, distinct: 100_000, min: 1, max: 100_000, outOfOrder: 0 })
  })

  it('stores keys and bytes as they were given', async () => {
    const topic = await freshTopic('cli-bytes')
    const input = Buffer.concat([Buffer.from('k:'), Buffer.from([0xff, 0x00, 0x0d, 0x0a]), Buffer.from('none')])
    expect(await posthorn(['produce', '-b', bootstrapServers, '-t', topic, '-k', ':'], input)).toMatchObject({
      code: 0,
    })
    const found = await Array.fromAsync(readTopic({ bootstrapServers, topic }))
    expect(found.map(({ key, value }) => [key, value])).toEqual([
      [Buffer.from('k'), Buffer.from([0xff, 0x00, 0x0d])],
      [null, Buffer.from('none')],
    ])
  })

  it('stores every line once and in order although a broker is killed and comes back meanwhile', async () => {
    await using cluster = await startKafka({ brokers: 3 })
    const topic = 'killed'
    await cluster.createTopic(topic, { partitions: 1, replicationFactor: 3 })
    const place = { bootstrapServers: cluster.bootstrapServers, topic }
    const lines = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, index) => `${from + index + 1}\n`).join('')
    await using running = new PosthornProcess('produce', '-b', place.bootstrapServers, '-t', topic, '--json')
    for (const broker of [0, 1, 2]) {
      running.child.stdin.write(lines(broker * 50_000, broker * 50_000 + 40_000))
      await cluster.kill(broker)
      running.child.stdin.write(lines(broker * 50_000 + 40_000, broker * 50_000 + 50_000))
      await cluster.start(broker)
    }
    running.child.stdin.end()
    const { code, out } = await running.ended
    expect(JSON.parse(out)).toMatchObject({ records: 150_000, acknowledged: 150_000 })
    expect(code).toBe(0)
    const { records, numbers } = await countTopic(place)
    expect(records).toBe(150_000)
    expect(numbers).toMatchObject({ distinct: 150_000, min: 1, max: 150_000, outOfOrder: 0 })
  })
})
