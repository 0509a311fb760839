import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Partitioner, Plugin } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import type {
  KafkajsPartitioner,
  LibrdkafkaPartitioner,
  PlatformaticPartitioner,
  SaramaPartitioner,
} from '../src/index.ts'
import { kafkajs, librdkafka, murmur2Sticky, platformatic, sarama } from '../src/index.ts'
import { forTopic, Topic } from './topic.ts'
import { counts, vectorKeys } from './vectors/keys.ts'
import type { Table, Vector } from './vectors/vector.ts'
import { digest, packed } from './vectors/vector.ts'

const [head, ...lines] = readFileSync(new URL('./vectors/Foreign.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as unknown) as [{ keys: number; sha256: string }, ...(Vector | Table)[]]
const vectors = lines.filter((line) => 'client' in line)
const tables = new Map(lines.filter((line) => 'partitions' in line).map((table) => [table.digest, table]))
const keys = vectorKeys()

// What adaptive partitioners remember of each partition would fill memory with the largest number of them.
const adaptive = false
const ours: Readonly<Record<string, (partitioner: string) => Plugin<Partitioner>>> = {
  Java: () => murmur2Sticky({ adaptive }),
  librdkafka: (partitioner) => librdkafka({ partitioner: partitioner as LibrdkafkaPartitioner, adaptive }),
  Sarama: (partitioner) => sarama({ partitioner: partitioner as SaramaPartitioner, adaptive }),
  KafkaJS: (partitioner) => kafkajs({ partitioner: partitioner as KafkajsPartitioner, adaptive }),
  '@platformatic/kafka': (partitioner) =>
    platformatic({ partitioner: partitioner as PlatformaticPartitioner, adaptive }),
}

/** What our partitioner for a vector does with the keys that the foreign one was given. */
function place({ client, partitioner }: Vector, count: number): number[] {
  const { partitioner: topic } = forTopic(ours[client]!(partitioner))
  // No partition has a leader: keys must not care, and a list of all of them would be long.
  const view = new Topic(count, [])
  const given = partitioner === 'consistent_random' ? keys.filter(({ length }) => length > 0) : keys
  return given.map((key) => topic.partition(key, view))
}

test('the vectors are of the keys that they were made with', () => {
  expect(keys).toHaveLength(head.keys)
  expect(createHash('sha256').update(Buffer.concat(keys)).digest('hex')).toBe(head.sha256)
  expect(vectors.map(({ client }) => client)).toEqual(expect.arrayContaining(Object.keys(ours)))
})

describe.each(vectors)('PRT-03 PRT-05 $client $version, $partitioner: no key of $keys moves', (vector) => {
  const made = Object.keys(vector.digests).map(Number)
  const largest = Math.max(...made)

  test(`among ${largest} partitions, key by key`, () => {
    const { partitions } = tables.get(vector.digests[largest]!)!
    const placed = place(vector, largest)
    expect(placed).toHaveLength(vector.keys)
    const bytes = Buffer.from(partitions, 'base64')
    expect(placed).toEqual(placed.map((_, i) => bytes.readInt32LE(i * 4)))
    expect(packed(placed).equals(bytes)).toBe(true)
  })

  test.each(made.filter((count) => count !== largest))('among %i partitions', (count) => {
    expect(digest(place(vector, count))).toBe(vector.digests[count])
  })

  const { keyless } = vector
  if (keyless === undefined) return
  test('nor does a record without a key', () => {
    const { partitioner } = forTopic(ours[vector.client]!(vector.partitioner))
    for (const count of counts) {
      expect(partitioner.partition(null, new Topic(count, []))).toBe(keyless[count])
    }
  })
})
