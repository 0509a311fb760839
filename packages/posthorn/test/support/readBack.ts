import type { Codec, Env } from '@posthorn/contracts'
import { noopLogger, noTimer } from '@posthorn/contracts'
import { readBatches, readRecords } from '@posthorn/protocol'
import { gzip, lz4, snappy, zstd } from 'posthorn'
import { readBatches as judgeBatches, readTopic } from '../../../../tools/kafka/judge/judge.ts'
import { kcatConsume } from '../../../../tools/kafka/kcat.ts'
import { bootstrapServers } from '../../../../tools/kafka/testCluster.ts'

/** What a record says, whoever read it. */
export interface Content {
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly (readonly [name: string, value: string | null])[]
}

const env: Env = {
  clock: { now: () => 0, epochMs: () => 0, schedule: () => noTimer },
  random: () => 0,
  logger: noopLogger,
  clientId: 'test',
}
const ours = new Map([gzip(), snappy(), lz4(), zstd()].map((plugin) => plugin(env)).map((it) => [it.attribute, it]))

/** JSON that compresses like JSON; nulls, no headers, and headers among them. */
export function content(seed: string, index: number, valueLength: number): Content {
  const fields: string[] = []
  for (let i = 0; fields.length * 40 < valueLength; i++)
    fields.push(`"${seed}.${i}":"€ ${(index * 7919 + i * i) % 100_003}"`)
  const headers = [['codec', seed] as const, ['index', String(index)] as const]
  return {
    key: index % 5 === 0 ? null : `key-${index % 17}`,
    value: index % 7 === 0 ? null : `{${fields.join()}}`,
    headers: index % 3 === 0 ? headers : [],
  }
}

const textOf = (bytes: Uint8Array | null): string | null => (bytes === null ? null : new TextDecoder().decode(bytes))

/** The records of a partition, decompressed by our codecs from the bytes in the log; and the codec of each. */
export async function readByOurs(topic: string): Promise<{ readonly contents: Content[]; readonly codecs: string[] }> {
  const contents: Content[] = []
  const codecs: string[] = []
  for await (const { raw, codec } of judgeBatches({ bootstrapServers, topic, raw: true })) {
    for (const batch of readBatches(raw!)) {
      // librdkafka stores what its codec would make larger as it is.
      const codecOfBatch = ours.get(batch.codec as Codec['attribute'])
      const body = codecOfBatch === undefined ? batch.body : await codecOfBatch.decompress(batch.body, 16_000_000)
      for (const { key, value, headers } of readRecords(batch, body)) {
        const named = headers.map((header) => [header.key, textOf(header.value)] as const)
        contents.push({ key: textOf(key), value: textOf(value), headers: named })
        codecs.push(codec)
      }
    }
  }
  return { contents, codecs }
}

export async function readByJava(topic: string): Promise<Content[]> {
  return Array.fromAsync(readTopic({ bootstrapServers, topic }), ({ key, value, headers }) => ({
    key: textOf(key),
    value: textOf(value),
    headers: headers.map(([name, bytes]) => [name, textOf(bytes)] as const),
  }))
}

export async function readByLibrdkafka(topic: string): Promise<Content[]> {
  const records = await kcatConsume({ bootstrapServers, topic })
  return records.map(({ key, value, headers }) => ({
    key: textOf(key),
    value: textOf(value),
    headers: headers === '' ? [] : headers.split(',').map((pair) => pair.split('=') as unknown as [string, string]),
  }))
}
