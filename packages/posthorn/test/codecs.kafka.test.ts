import type { Codec, Plugin } from '@posthorn/contracts'
import { createProducer, gzip, lz4, snappy, zstd } from 'posthorn'
import { expect, test } from 'vitest'
import { produceWithJava } from '../../../tools/kafka/judge/judge.ts'
import { kcatProduce } from '../../../tools/kafka/kcat.ts'
import { missingForKcat } from '../../../tools/kafka/requirements.ts'
import { bootstrapServers, describeKafka, freshTopic } from '../../../tools/kafka/testCluster.ts'
import { content, readByJava, readByLibrdkafka, readByOurs, type Content } from './support/readBack.ts'

type Name = 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** Levels at both ends and in between, and each batch size: in the call, and off the event loop. */
const variants: readonly (readonly [codec: Name, level: number | undefined, plugin: Plugin<Codec>])[] = [
  ...[-1, 1, 9].map((level) => ['gzip', level, gzip({ level })] as const),
  ['snappy', undefined, snappy()],
  ['lz4', undefined, lz4()],
  ...[-131_072, 3, 22].map((level) => ['zstd', level, zstd({ level })] as const),
]
const sizes = [
  { size: 'one record', batchSize: 0, records: 40, valueLength: 200 },
  { size: '16 KiB', batchSize: 16_384, records: 200, valueLength: 300 },
  { size: '1 MiB', batchSize: 1_048_576, records: 100, valueLength: 20_000 },
] as const
const topicConfig = { 'max.message.bytes': '8000000' }

const hasKcat = missingForKcat() === undefined

/** How many of `found` are what was `expected` at their place. */
function countEqual(expected: readonly Content[], found: readonly Content[]): number {
  return expected.filter((each, i) => JSON.stringify(each) === JSON.stringify(found[i])).length
}

/** Prints what was counted, one line for each writer. */
function print(title: string, rows: readonly Readonly<Record<string, string | number>>[]): void {
  const columns = Object.keys(rows[0]!)
  const width = (column: string): number => Math.max(...rows.map((row) => String(row[column]).length), column.length)
  const line = (cells: Readonly<Record<string, string | number>>): string =>
    columns.map((column) => String(cells[column]).padEnd(width(column))).join('  ')
  const header = Object.fromEntries(columns.map((column) => [column, column]))
  process.stdout.write(`\n${title}\n${[header, ...rows].map(line).join('\n')}\n`)
}

describeKafka('codecs', () => {
  test('CMP-01, CMP-02, CMP-03, CMP-05: what every codec writes, at every end of its levels, is read back by Java and librdkafka', async () => {
    const topic = await freshTopic('codecs', { config: topicConfig })
    const runs = variants.flatMap(([codec, level, compression]) =>
      sizes.map(({ size, batchSize, records, valueLength }) => {
        const seed = `${codec}${level ?? ''}`
        const contents = Array.from({ length: records }, (_, i) => content(seed, i, valueLength))
        return { codec, level: level ?? '-', compression, size, batchSize, contents }
      }),
    )
    for (const { compression, batchSize, contents } of runs) {
      const options = { compression, batchSize, lingerMs: batchSize === 0 ? 0 : 50, maxRequestSize: 4_000_000 }
      await using producer = createProducer({ bootstrapServers, ...options })
      const headersOf = ({ headers }: Content) => headers.map(([key, value]) => ({ key, value }))
      await Promise.all(contents.map((each) => producer.send({ topic, ...each, headers: headersOf(each) })))
    }
    const java = await readByJava(topic)
    const librdkafka = hasKcat ? await readByLibrdkafka(topic) : []
    const own = await readByOurs(topic)
    let at = 0
    const rows = runs.map(({ codec, level, size, contents }) => {
      const from = at
      at += contents.length
      const sent = contents.length
      return {
        ...{ codec, level, size, sent },
        stored: own.codecs.slice(from, at).filter((each) => each === codec).length,
        java: countEqual(contents, java.slice(from, at)),
        librdkafka: hasKcat ? countEqual(contents, librdkafka.slice(from, at)) : sent,
        posthorn: countEqual(contents, own.contents.slice(from, at)),
      }
    })
    print('written by posthorn; "stored" are those in batches of that codec', rows)
    expect(java).toHaveLength(at)
    for (const row of rows) {
      const { sent } = row
      expect(row).toMatchObject({ stored: sent, java: sent, librdkafka: sent, posthorn: sent })
    }
  })

  test('CMP-01, CMP-02, CMP-03: our codecs read what the Java producer and librdkafka write', async () => {
    const topic = await freshTopic('foreign-codecs', { config: topicConfig })
    const writers: { readonly writer: string; readonly codec: Name; readonly contents: Content[] }[] = []
    const write = async (
      writer: string,
      codec: Name,
      contents: Content[],
      produce: (contents: Content[]) => Promise<unknown>,
    ): Promise<void> => {
      await produce(contents)
      writers.push({ writer, codec, contents })
    }
    const levels: readonly (readonly [Name, string | undefined])[] = [
      ['gzip', '9'],
      ['snappy', undefined],
      ['lz4', undefined],
      ['lz4', '17'],
      ['zstd', '22'],
    ]
    for (const [codec, level] of levels) {
      const contents = Array.from({ length: 300 }, (_, i) => content(codec, i, i < 290 ? 300 : 60_000))
      await write(`java ${level ?? ''}`, codec, contents, (records) => {
        const config = {
          'compression.type': codec,
          'linger.ms': '50',
          'batch.size': '200000',
          ...(level !== undefined && { [`compression.${codec}.level`]: level }),
        }
        return produceWithJava({ bootstrapServers, topic, records, config })
      })
    }
    for (const compression of hasKcat ? (['gzip', 'snappy', 'lz4', 'zstd'] as const) : []) {
      // Each record alone is worth compressing: where the batches end depends on how fast the machine is.
      const contents = Array.from({ length: 200 }, (_, i) => ({
        key: `k${i}`,
        value: content(compression, 7 * i + 1, 5000).value!,
        headers: [['from', 'kcat'] as const],
      }))
      await write('librdkafka', compression, contents, (records) =>
        kcatProduce({ bootstrapServers, topic, records: records as never, compression, headers: { from: 'kcat' } }),
      )
    }
    const { contents: found, codecs } = await readByOurs(topic)
    let at = 0
    const rows = writers.map(({ writer, codec, contents }) => {
      const from = at
      at += contents.length
      const stored = codecs.slice(from, at).filter((each) => each === codec).length
      const posthorn = countEqual(contents, found.slice(from, at))
      return { writer, codec, sent: contents.length, stored, posthorn }
    })
    print('read by posthorn’s codecs', rows)
    expect(found).toHaveLength(at)
    for (const row of rows) expect(row).toMatchObject({ stored: row.sent, posthorn: row.sent })
  })
})
