import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createCluster, type Cluster } from '@posthorn/testkit'
import { createProducer, nodeWritable, StreamError, type Producer, type ProducerRecord } from 'posthorn'
import { afterEach, beforeEach, expect, test } from 'vitest'

let cluster: Cluster
let producer: Producer<Uint8Array | string, Uint8Array | string>

beforeEach(async () => {
  cluster = createCluster({ brokers: 3, topics: { lines: 4 } })
  await cluster.listen()
  const { bootstrapServers } = cluster
  producer = createProducer({ bootstrapServers, bufferMemory: 262_144, batchSize: 4096 })
})
afterEach(async () => {
  await producer.close({ timeoutMs: 0 })
  await cluster.close()
})

const text = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes ?? undefined)
const toRecord = (value: string): ProducerRecord => ({ topic: 'lines', key: value.slice(0, 3), value })

test('a file of many lines goes through a pipeline, in order for each key, with little memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-lines-'))
  try {
    const lines = Array.from({ length: 20_000 }, (_, i) => `${100 + (i % 50)} line ${i} ${'.'.repeat(i % 80)}`)
    await writeFile(join(folder, 'lines.txt'), lines.join('\n'))
    const input = createInterface({ input: createReadStream(join(folder, 'lines.txt')), crlfDelay: Infinity })
    const records = async function* (): AsyncGenerator<ProducerRecord> {
      for await (const line of input) yield toRecord(line)
    }
    await pipeline(records, nodeWritable(producer))
    const byKey = Map.groupBy(cluster.records('lines'), ({ key }) => text(key))
    expect(byKey.size).toBe(50)
    for (const [key, stored] of byKey) {
      const expected = lines.filter((line) => line.startsWith(key))
      expect(stored.map(({ value }) => text(value))).toEqual(expected)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('what is written at once goes at once, and `end` waits until it is stored', async () => {
  const stream = nodeWritable(producer, { highWaterMark: 8 })
  stream.cork()
  const answers = Array.from({ length: 10 }, (_, i) => stream.write(toRecord(`abc ${i}`)))
  expect(answers.indexOf(false)).toBe(7)
  stream.uncork()
  await new Promise<void>((resolve) => stream.end(resolve))
  expect(cluster.records('lines')).toHaveLength(10)
})

test('a record that fails ends the pipeline after the outcomes of the others', async () => {
  const lines = Array.from({ length: 100 }, (_, i) => toRecord(`abc ${i}`))
  const bad = { topic: '?', value: '' }
  const source = Readable.from([...lines, bad, ...lines])
  const error: unknown = await pipeline(source, nodeWritable(producer)).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(StreamError)
  expect(error).toMatchObject({ code: 'INVALID_TOPIC_EXCEPTION', failed: 1, acknowledged: 100 })
  expect(source.destroyed).toBe(true)
  expect(cluster.records('lines')).toHaveLength(100)
})

test('a signal destroys it; what it took goes its way', async () => {
  const controller = new AbortController()
  cluster.intercept('Produce', { delayBeforeMs: 100 })
  async function* endless(): AsyncGenerator<ProducerRecord> {
    for (let i = 0; ; i++) {
      if (i === 5000) controller.abort()
      yield await Promise.resolve(toRecord(`abc ${i}`))
    }
  }
  const stream = nodeWritable(producer, { signal: controller.signal })
  await expect(pipeline(endless, stream)).rejects.toMatchObject({ name: 'AbortError' })
  cluster.clearInterceptions()
  const { failed, abandoned } = await producer.close()
  expect([failed, abandoned]).toEqual([0, 0])
})
