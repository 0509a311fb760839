import { lz4 } from '@posthorn/codec-lz4'
import { snappy } from '@posthorn/codec-snappy'
import type { Codec, Env } from '@posthorn/contracts'
import { noopLogger, noTimer } from '@posthorn/contracts'
import { createCluster } from '@posthorn/testkit'
import { createProducer, type CompressionType } from 'posthorn'
import { describe, expect, test } from 'vitest'

const env: Env = {
  clock: { now: () => 0, epochMs: () => 0, schedule: () => noTimer },
  random: () => 0,
  logger: noopLogger,
  clientId: 'test',
}

describe('a codec by its name', () => {
  test.each<[CompressionType, Codec | undefined]>([
    ['none', undefined],
    ['gzip', undefined],
    ['snappy', snappy({ syncBytes: 0x7fffffff })(env)],
    ['lz4', lz4({ syncBytes: 0x7fffffff })(env)],
    ['zstd', undefined],
  ])('CMP-01: %s', async (compression, reader) => {
    await using cluster = createCluster({ topics: { orders: 1 }, ...(reader && { codecs: [reader] }) })
    await cluster.listen()
    await using producer = createProducer({ bootstrapServers: cluster.bootstrapServers, compression })
    const values = Array.from({ length: 500 }, (_, i) => `value ${i}`)
    await Promise.all(values.map((value) => producer.send({ topic: 'orders', value })))
    const stored = cluster.records('orders')
    expect(stored.map(({ value }) => new TextDecoder().decode(value))).toEqual(values)
  })

  test.each(['lzma', 'toString', '', 7, null])('CMP-01: %j is refused when the producer is made', (compression) => {
    const call = (): unknown =>
      createProducer({ bootstrapServers: 'localhost:9092', compression: compression as CompressionType })
    expect(call).toThrow("compression: expected 'none', 'gzip', 'snappy', 'lz4', 'zstd' or a codec plugin, received ")
  })
})
