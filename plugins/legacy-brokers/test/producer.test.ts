import { gzip } from '@posthorn/codec-gzip'
import type { Partitioner, Plugin, RecordMetadata } from '@posthorn/contracts'
import type { Producer, ProducerOptions } from '@posthorn/core'
import { createProducer } from '@posthorn/core'
import { idempotence } from '@posthorn/idempotence'
import { afterEach, describe, expect, it } from 'vitest'
import { legacyBrokers } from '../src/index.ts'
import type { OldCluster as Cluster } from './support/oldCluster.ts'
import { OldCluster } from './support/oldCluster.ts'
import { openWrapper, readMessages } from './support/readMessages.ts'

type Bytes = Uint8Array | string

const first: Plugin<Partitioner> = () => ({ name: 'first', forTopic: () => ({ partition: () => 0 }) })
let producer: Producer<Bytes, Bytes>
afterEach(async () => {
  await producer.close({ timeoutMs: 0 })
})

function producerFor(cluster: Cluster, options: Partial<ProducerOptions<Bytes, Bytes>> = {}): typeof producer {
  producer = createProducer<Bytes, Bytes>({
    bootstrapServers: 'b:1',
    transport: cluster.transport,
    partitioner: first,
    legacyBrokers: legacyBrokers({ askTimeoutMs: 100 }),
    maxBlockMs: 3000,
    ...options,
  })
  return producer
}

function send(value: string, partition = 0): Promise<RecordMetadata> {
  return producer.send({ topic: 't', value, partition, timestamp: 77 })
}

/** For each request: broker, version, and format of the messages. */
function formats({ produced }: Cluster): number[][] {
  return produced.map(({ nodeId, version, topics }) => {
    const [message] = readMessages(topics[0]?.partitions[0]?.messages ?? new Uint8Array(0))
    return [nodeId, version, message?.format ?? -1]
  })
}

function values({ produced }: Cluster): (string | undefined)[][] {
  return produced.map(({ topics }) =>
    openWrapper(topics[0]?.partitions[0]?.messages ?? new Uint8Array(0)).messages.map(({ value }) => value?.toString()),
  )
}

describe('a producer with the plugin', () => {
  it.each(['hang up', 'stay silent'] as const)('sends format v0 to brokers that %s when asked', async (whenAsked) => {
    const cluster = new OldCluster({ produce: 1, whenAsked })
    producerFor(cluster)
    expect(await send('a')).toMatchObject({ offset: 100n, timestamp: 77n })
    expect(formats(cluster)).toEqual([[0, 1, 0]])
    // Asked at the bootstrap address; known, when metadata led to the same address again.
    expect(cluster.asked).toEqual([18, 3, 3, 3, 0])
  })

  it('asks nobody when told so', async () => {
    const cluster = new OldCluster({ produce: 1 })
    producerFor(cluster, { legacyBrokers: legacyBrokers({ askTimeoutMs: 0 }) })
    await send('a')
    expect(cluster.asked).not.toContain(18)
  })

  it('PRQ-09 sends format v1 by Produce v2', async () => {
    const cluster = new OldCluster({ produce: 2 })
    producerFor(cluster)
    await send('a')
    expect(formats(cluster)).toEqual([[0, 2, 1]])
  })

  it('PRQ-02 API-07 sends all brokers what the oldest that is connected understands', async () => {
    const cluster = new OldCluster({ produce: 2 }, { produce: 1 })
    producerFor(cluster)
    await send('new, alone', 0)
    await send('old', 1)
    await send('new, beside an old one', 0)
    expect(formats(cluster)).toEqual([
      [0, 2, 1],
      [1, 1, 0],
      [0, 2, 0],
    ])
  })

  it('asks a broker anew that it could not reach: it may have been upgraded', async () => {
    const cluster = new OldCluster({ produce: 1 })
    producerFor(cluster, { reconnectBackoffMs: 1 })
    await send('a')
    cluster.replace(0, { produce: 2 })
    await send('b')
    expect(formats(cluster)).toEqual([
      [0, 1, 0],
      [0, 2, 1],
    ])
  })

  it('PRQ-03 sends a retried batch as it was, and the pieces of a divided one', async () => {
    const cluster = new OldCluster({ produce: 2 })
    const TOO_LARGE = 10
    const NOT_LEADER = 6
    cluster.errors.push(NOT_LEADER, TOO_LARGE)
    producerFor(cluster, { lingerMs: 5, retryBackoffMs: 1, compression: gzip({ syncBytes: 0 }), batchSize: 100_000 })
    await Promise.all(['a', 'b', 'c', 'd'].map((value) => send(value)))
    const sent = values(cluster)
    expect(sent.slice(0, 2)).toEqual([
      ['a', 'b', 'c', 'd'],
      ['a', 'b', 'c', 'd'],
    ])
    expect(sent.slice(2).length).toBeGreaterThan(1)
    expect(sent.slice(2).flat()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('keeps the order of a partition while a codec takes its time', async () => {
    const cluster = new OldCluster({ produce: 1 })
    producerFor(cluster, { compression: gzip({ syncBytes: 0 }), batchSize: 200 })
    const numbers = Array.from({ length: 200 }, (_, i) => String(i))
    await Promise.all(numbers.map((value) => send(value)))
    expect(values(cluster).flat()).toEqual(numbers)
    expect(cluster.produced.length).toBeGreaterThan(5)
  })

  it('is done with acks=0 when the bytes are written', async () => {
    const cluster = new OldCluster({ produce: 2 })
    producerFor(cluster, { acks: 0 })
    expect(await send('a')).toMatchObject({ offset: -1n })
    expect(cluster.produced).toMatchObject([{ acks: 0 }])
  })

  it('a batch that cannot be written fails alone', async () => {
    const cluster = new OldCluster({ produce: 2 })
    producerFor(cluster, { batchSize: 0 })
    const refused = producer.send({ topic: 't', value: 'x', headers: { h: '1' } })
    await expect(refused).rejects.toMatchObject({ code: 'UNSUPPORTED_VERSION' })
    const sent = ['a', 'b'].map((value) => send(value))
    await Promise.all(sent)
    expect(values(cluster).flat()).toEqual(['a', 'b'])
  })

  it('IDM-30 refuses idempotence', async () => {
    producerFor(new OldCluster({ produce: 2 }), { delivery: idempotence() })
    await expect(send('a')).rejects.toMatchObject({
      code: 'UNSUPPORTED_VERSION',
      message: expect.stringContaining('idempotence needs Kafka 0.11') as string,
    })
  })
})

describe('a producer without the plugin', () => {
  it('PRQ-05 is told by a broker of 0.10 which plugin it needs', async () => {
    producerFor(new OldCluster({ produce: 2 }), { legacyBrokers: undefined })
    await expect(send('a')).rejects.toMatchObject({
      code: 'UNSUPPORTED_VERSION',
      message: expect.stringContaining('@posthorn/legacy-brokers') as string,
    })
  })

  it.each(['hang up', 'stay silent'] as const)('is told so too by one of 0.9 that can only %s', async (whenAsked) => {
    const options = { legacyBrokers: undefined, maxBlockMs: 400, requestTimeoutMs: 100 }
    producerFor(new OldCluster({ produce: 1, whenAsked }), options)
    await expect(send('a')).rejects.toMatchObject({
      message: expect.stringContaining('@posthorn/legacy-brokers') as string,
      cause: { code: 'UNSUPPORTED_VERSION' },
    })
  })
})
