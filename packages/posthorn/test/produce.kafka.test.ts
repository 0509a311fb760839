import { createProducer } from 'posthorn'
import type { ProducerOptions } from 'posthorn'
import { expect, test } from 'vitest'
import { readBatches, readTopic } from '../../../tools/kafka/judge/judge.ts'
import { bootstrapServers, describeKafka, freshTopic } from '../../../tools/kafka/testCluster.ts'

const text = (value: Uint8Array | null): string | null => (value === null ? null : new TextDecoder().decode(value))

async function readAll(
  topic: string,
): Promise<
  { partition: number; offset: number; timestamp: number; key: string | null; value: string | null; headers: unknown }[]
> {
  const records = []
  for await (const { partition, offset, timestamp, key, value, headers } of readTopic({ bootstrapServers, topic })) {
    const named = headers.map(([name, bytes]) => [name, text(bytes)])
    records.push({ partition, offset, timestamp, key: text(key), value: text(value), headers: named })
  }
  return records
}

describeKafka('produced by us, read back by the Java consumer', () => {
  const variants: [string, Partial<ProducerOptions>][] = [
    ['acks=all, idempotent (PRD-20)', {}],
    ['acks=all, not idempotent', { enableIdempotence: false }],
    ['acks=1 (PRD-23)', { acks: 1 }],
    ['acks=0 (RSP-04)', { acks: 0 }],
    ['gzip (CMP-01)', { compression: 'gzip' }],
    ['one record a batch (ACC-24)', { batchSize: 0, lingerMs: 0 }],
    ['linger 0, one request in flight (IDM-05)', { lingerMs: 0, maxInFlightRequestsPerConnection: 1 }],
    ['small batches', { batchSize: 200 }],
  ]
  for (const [name, options] of variants) {
    test(`${name}: every record once, in order per partition, with its key, value, headers and timestamp`, async () => {
      const topic = await freshTopic('produce', { partitions: 3 })
      const producer = createProducer({ bootstrapServers, ...options })
      const start = Date.now() - 5000
      const sent = Array.from({ length: 2000 }, (_, i) => ({
        topic,
        key: i % 5 === 0 ? null : `key-${i % 17}`,
        value: i % 11 === 0 ? null : `value ${i} äöü € 🐎 ${'x'.repeat(i % 300)}`,
        timestamp: start + i,
        headers:
          i % 3 === 0
            ? [
                { key: 'n', value: String(i) },
                { key: 'n', value: null },
              ]
            : [],
      }))
      const stored = await Promise.all(sent.map((record) => producer.send(record)))
      await producer.close()
      const records = await readAll(topic)
      expect(records).toHaveLength(sent.length)
      const byTimestamp = new Map(records.map((record) => [record.timestamp, record]))
      const next = new Map<number, number>()
      for (const [i, record] of sent.entries()) {
        const metadata = stored[i]
        const read = byTimestamp.get(record.timestamp)
        const headers = record.headers.map((header) => [header.key, header.value])
        expect(read).toMatchObject({ key: record.key, value: record.value, headers, partition: metadata?.partition })
        // Order: offsets grow with the order of the calls.
        expect(read?.offset).toBeGreaterThan(next.get(read?.partition ?? -1) ?? -1)
        next.set(read?.partition ?? -1, read?.offset ?? -1)
        if (options.acks === 0) expect(metadata?.offset).toBe(-1n)
        else expect(metadata?.offset).toBe(BigInt(read?.offset ?? -2))
        expect(metadata?.timestamp).toBe(BigInt(record.timestamp))
      }
    })
  }

  test('large values: up to maxRequestSize, compressed and not', async () => {
    const topic = await freshTopic('large', { config: { 'max.message.bytes': '8000000' } })
    const sizes = [100_000, 900_000, 1_048_000, 3_000_000]
    for (const compression of ['none', 'gzip'] as const) {
      await using producer = createProducer({ bootstrapServers, compression, maxRequestSize: 4_000_000 })
      await Promise.all(sizes.map((size) => producer.send({ topic, value: new Uint8Array(size).fill(size % 251) })))
    }
    const lengths: number[] = []
    for await (const { value } of readTopic({ bootstrapServers, topic })) {
      lengths.push(value?.length ?? -1)
      expect(new Set(value)).toEqual(new Set([(value?.length ?? 0) % 251]))
    }
    expect(lengths).toEqual([...sizes, ...sizes])
  })

  test('bytes: every batch passes the Java client’s own check, with ids and sequences one after the other', async () => {
    const topic = await freshTopic('batches')
    await using producer = createProducer({ bootstrapServers, compression: 'gzip', batchSize: 1000 })
    await Promise.all(Array.from({ length: 500 }, (_, i) => producer.send({ topic, value: `v${i}` })))
    let sequence = 0
    for await (const batch of readBatches({ bootstrapServers, topic, partition: 0 })) {
      expect(batch).toMatchObject({ valid: true, magic: 2, codec: 'gzip', baseSequence: sequence })
      sequence += batch.records
    }
    expect(sequence).toBe(500)
  })

  test('an unknown topic is created by the broker and written to', async () => {
    const topic = `auto-${process.pid}-${Date.now().toString(36)}`
    await using producer = createProducer({ bootstrapServers })
    const { offset } = await producer.send({ topic, value: 'first' })
    expect(offset).toBe(0n)
    expect(await readAll(topic)).toMatchObject([{ value: 'first' }])
  })
})
