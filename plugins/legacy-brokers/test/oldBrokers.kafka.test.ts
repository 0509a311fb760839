import { setTimeout as sleep } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import type { Plugin, Codec } from '@posthorn/contracts'
import { gzip } from '@posthorn/codec-gzip'
import { legacyBrokers } from '@posthorn/legacy-brokers'
import type { ProducerOptions } from 'posthorn'
import { createProducer } from 'posthorn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countTopic } from '../../../tools/kafka/judge/judge.ts'
import type { KafkaCluster } from '../../../tools/kafka/cluster.ts'
import { kcatConsume } from '../../../tools/kafka/kcat.ts'
import type { OldRecord } from '../../../tools/kafka/oldJudge/oldJudge.ts'
import { readWithOldConsumer } from '../../../tools/kafka/oldJudge/oldJudge.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { describeKcat } from '../../../tools/kafka/testCluster.ts'

const RECORDS = 3000
const PARTITIONS = 3
const codecs: Record<string, Plugin<Codec> | undefined> = {
  none: undefined,
  gzip: gzip(),
  // Batches of any size in Node's thread pool, so that partitions wait for their messages.
  'gzip in the pool': gzip({ syncBytes: 0 }),
}

const key = (i: number): string | null => (i % 7 === 0 ? null : `key-${i}`)
const value = (i: number): string | null => (i % 11 === 0 ? null : `value-${i} ${'x'.repeat(i % 200)}`)
const timestamp = (i: number): number => 1_700_000_000_000 + i

describeKcat('Kafka before 0.11, with the plugin', () => {
  describe.each([
    { version: '0.9', kcat: { 'api.version.request': 'false', 'broker.version.fallback': '0.9.0.1' }, times: false },
    { version: '0.10', kcat: {}, times: true },
  ])('$version', ({ version, kcat, times }) => {
    let cluster: KafkaCluster
    beforeAll(async () => {
      cluster = await startKafka({ version, brokers: 2, config: { 'message.max.bytes': '20000' } })
    })
    afterAll(() => cluster.close())

    const producerOf = (options: Partial<ProducerOptions> = {}): ReturnType<typeof createProducer> =>
      createProducer({
        bootstrapServers: cluster.bootstrapServers,
        enableIdempotence: false,
        legacyBrokers: legacyBrokers(),
        ...options,
      })

    it.each(Object.keys(codecs))('stores every record, %s', async (codec) => {
      const topic = `records-${codec.replaceAll(' ', '-')}`
      await cluster.createTopic(topic, { partitions: PARTITIONS })
      const producer = producerOf({ compression: codecs[codec], lingerMs: 5 })
      const sent = await Promise.all(
        Array.from({ length: RECORDS }, (_, i) =>
          producer.send({ topic, partition: i % PARTITIONS, key: key(i), value: value(i), timestamp: timestamp(i) }),
        ),
      )
      await producer.close()
      expect(sent.map(({ offset }) => Number(offset))).toEqual(sent.map((_, i) => Math.floor(i / PARTITIONS)))
      expect(Number(sent[5]?.timestamp)).toBe(timestamp(5))

      const { bootstrapServers } = cluster
      const java = await readWithOldConsumer({ version, bootstrapServers, topic, expected: RECORDS })
      expectRecords(java, times)
      const foreign = await kcatConsume({ bootstrapServers, topic, config: kcat })
      expectRecords(
        foreign.map((record) => ({ ...record, headers: 0 })),
        times,
      )
    })

    it('divides a batch that is too large, and keeps order', async () => {
      await cluster.createTopic('large')
      const producer = producerOf({ compression: gzip(), batchSize: 200_000, lingerMs: 50, maxRequestSize: 400_000 })
      const values = Array.from({ length: 300 }, (_, i) => `${i} ${noise(i)}`)
      await Promise.all(values.map((text) => producer.send({ topic: 'large', value: text })))
      expect(producer.metrics().some(({ name, value: now }) => name === 'batch-split-total' && now() > 0)).toBe(true)
      await producer.close()
      const { bootstrapServers } = cluster
      const read = await readWithOldConsumer({ version, bootstrapServers, topic: 'large', expected: values.length })
      expect(read.map((record) => record.value?.toString())).toEqual(values)
    })

    it.each(['all', 1, 0] as const)('works with acks=%s', async (acks) => {
      const topic = `acks-${acks}`
      await cluster.createTopic(topic, { replicationFactor: 2 })
      const producer = producerOf({ acks })
      const sent = await Promise.all(Array.from({ length: 50 }, (_, i) => producer.send({ topic, value: String(i) })))
      // Kafka 0.9 forgets what it has received and not looked at yet when the connection ends.
      if (acks === 0 && !times) await sleep(1000)
      await producer.close()
      expect(sent.map(({ offset }) => offset)).toEqual(sent.map((_, i) => (acks === 0 ? -1n : BigInt(i))))
      const { bootstrapServers } = cluster
      const read = await readWithOldConsumer({ version, bootstrapServers, topic, expected: 50 })
      expect(read.map((record) => record.value?.toString())).toEqual(sent.map((_, i) => String(i)))
    })

    it('creates a topic by its first use, refuses headers, and drops them only when told to', async () => {
      const record = { topic: 'with-headers', value: 'v', headers: { trace: '1' } }
      const strict = producerOf()
      await expect(strict.send(record)).rejects.toMatchObject({
        code: 'UNSUPPORTED_VERSION',
        message: expect.stringContaining("headers: 'drop'") as string,
      })
      await strict.send({ topic: 'with-headers', value: 'without' })
      await strict.close()
      const lenient = producerOf({ legacyBrokers: legacyBrokers({ headers: 'drop' }) })
      await lenient.send(record)
      await lenient.close()
      const { bootstrapServers } = cluster
      const read = await readWithOldConsumer({ version, bootstrapServers, topic: 'with-headers', expected: 2 })
      expect(read.map((each) => each.value?.toString()).sort()).toEqual(['v', 'without'])
    })

    it('says that idempotence needs a newer broker', async () => {
      await using producer = producerOf({ enableIdempotence: true })
      await expect(producer.send({ topic: 'guarded', value: 'v' })).rejects.toMatchObject({
        code: 'UNSUPPORTED_VERSION',
        message: expect.stringContaining('enableIdempotence') as string,
      })
    })

    it('is refused without the plugin, by an error that names it', async () => {
      await cluster.createTopic('refused')
      const producer = producerOf({ legacyBrokers: undefined, maxBlockMs: 3000, requestTimeoutMs: 1000 })
      const error = await producer.send({ topic: 'refused', value: 'v' }).catch((thrown: unknown) => thrown as Error)
      await producer.close({ timeoutMs: 0 })
      const explained = times ? error : (error as Error).cause
      expect(explained).toMatchObject({ code: 'UNSUPPORTED_VERSION' })
      expect((error as Error).message).toContain('@posthorn/legacy-brokers')
    })
  })
})

describeKcat('Kafka 0.11', () => {
  let cluster: KafkaCluster
  beforeAll(async () => {
    cluster = await startKafka({ version: '0.11' })
  })
  afterAll(() => cluster.close())

  it.each([
    { idempotent: true, plugin: false },
    { idempotent: false, plugin: true },
    { idempotent: true, plugin: true },
  ])('needs no plugin and does not mind it: $plugin; idempotence $idempotent', async ({ idempotent, plugin }) => {
    const topic = `plain-${plugin}-${idempotent}`
    await cluster.createTopic(topic, { partitions: PARTITIONS })
    const { bootstrapServers } = cluster
    const producer = createProducer({
      bootstrapServers,
      enableIdempotence: idempotent,
      compression: 'gzip',
      ...(plugin && { legacyBrokers: legacyBrokers() }),
    })
    const records = Array.from({ length: RECORDS }, (_, i) => i)
    const headers = { h: 'one' }
    await Promise.all(
      records.map((i) =>
        producer.send({
          topic,
          partition: i % PARTITIONS,
          key: key(i),
          value: value(i),
          timestamp: timestamp(i),
          headers,
        }),
      ),
    )
    await producer.close()
    const read = await readWithOldConsumer({ version: '0.11', bootstrapServers, topic, expected: RECORDS })
    expectRecords(read, true, 1)
  })
})

describeKcat('Kafka of today, with the plugin', () => {
  it.each(['3.9', '4.4'])('%s is not touched by it', async (version) => {
    await using cluster = await startKafka({ version })
    await cluster.createTopic('t', { partitions: PARTITIONS })
    const { bootstrapServers } = cluster
    for (const plugin of [false, true]) {
      const producer = createProducer({ bootstrapServers, ...(plugin && { legacyBrokers: legacyBrokers() }) })
      const numbers = Array.from({ length: 1000 }, (_, i) => (plugin ? 1000 : 0) + i)
      await Promise.all(numbers.map((i) => producer.send({ topic: 't', partition: i % PARTITIONS, value: String(i) })))
      await producer.close()
    }
    const { numbers } = await countTopic({ bootstrapServers, topic: 't' })
    expect(numbers).toMatchObject({ count: 2000, distinct: 2000, outOfOrder: 0 })
  })
})

/** All records of such a run, each once, in order, at the right offset. */
function expectRecords(read: readonly OldRecord[], times: boolean, headers = 0): void {
  expect(read.length).toBe(RECORDS)
  const found = read
    .map((record) => ({ ...record, number: record.offset * PARTITIONS + record.partition }))
    .sort((a, b) => a.number - b.number)
  const text = (bytes: Buffer | null): string | null => bytes?.toString() ?? null
  expect(found.map((record) => [text(record.key), text(record.value), record.headers])).toEqual(
    found.map((_, i) => [key(i), value(i), headers]),
  )
  if (times) expect(found.map((record) => record.timestamp)).toEqual(found.map((_, i) => timestamp(i)))
}

/** Text that does not compress well. */
function noise(seed: number): string {
  return Array.from({ length: 60 }, (_, i) => crc32(`${seed}-${i}`).toString(36)).join('')
}
