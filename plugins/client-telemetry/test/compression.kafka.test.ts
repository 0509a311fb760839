import { join } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Codec, Plugin } from '@posthorn/contracts'
import type { PushTelemetryRequest } from '@posthorn/protocol'
import { createProducer, lz4, snappy } from 'posthorn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KafkaCluster } from '../../../tools/kafka/cluster.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { subscribeTelemetry } from '../../../tools/kafka/telemetry/subscribe.ts'
import { temporaryFolder } from '../../../tools/kafka/temporary.ts'
import { describeKafka } from '../../../tools/kafka/testCluster.ts'
import { clientTelemetry } from '../src/index.ts'
import { narrowed } from './support/narrowed.ts'
import { readReports, sumOf } from './support/reports.ts'

const RECORDS = 20
const [GZIP, SNAPPY, LZ4, ZSTD] = [1, 2, 3, 4]

describeKafka('pushes to a real Kafka 4.4', () => {
  let kafka: KafkaCluster
  let file: string
  beforeAll(async () => {
    file = join(await temporaryFolder(), 'telemetry')
    const config = { 'metric.reporters': 'TelemetryReporter', 'posthorn.telemetry.file': file }
    kafka = await startKafka({ version: '4.4.0', config, plugin: 'telemetry' })
    await kafka.createTopic('orders', { partitions: 1 })
    await subscribeTelemetry(kafka.brokers[0]!.port, { metrics: '*', intervalMs: 60_000 })
  })
  afterAll(() => kafka.close())

  test.each([
    { name: 'compressed as the broker likes it most', only: null, type: ZSTD },
    { name: 'compressed with zstd', only: [ZSTD], type: ZSTD },
    { name: 'compressed with lz4', only: [LZ4], type: LZ4 },
    { name: 'compressed with gzip', only: [GZIP], type: GZIP },
    { name: 'compressed with snappy', only: [SNAPPY], type: SNAPPY },
    { name: 'not compressed', only: [], type: 0 },
  ])('TEL-05: what is $name is taken, and read by its reporter', async ({ name, only, type }) => {
    const compressed: Uint8Array[] = []
    const telemetry = clientTelemetry({ codecs: [lz4(), snappy()].map((codec) => recording(codec, compressed)) })
    const wire = narrowed(telemetry, only)
    const clientId = name.replaceAll(' ', '-')
    await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers, clientId, hooks: [wire.hooks] })
    await producer.send({ topic: 'orders', value: 'v' })
    const instanceId = await telemetry.clientInstanceId(20_000)
    await Promise.all(Array.from({ length: RECORDS - 1 }, () => producer.send({ topic: 'orders', value: 'v' })))
    // Pushes the last time; the reporter has it before the broker answers.
    await producer.close()

    expect(wire.offered).toEqual([ZSTD, LZ4, GZIP, SNAPPY])
    expect(wire.pushed.map(({ compressionType }) => compressionType)).toEqual(wire.pushed.map(() => type))
    expect(wire.answers).toEqual(wire.pushed.map(() => 0))
    const reports = (await readReports(file)).filter((report) => report.instanceId === instanceId)
    expect(reports).toHaveLength(wire.pushed.length)
    expect(reports.at(-1)).toMatchObject({ clientId, terminating: true })
    expect(sumOf(reports, 'org.apache.kafka.producer.topic.record.send.total')).toBe(RECORDS)
    // What was compressed, byte for byte; where no codec was given, by Node's own decompression.
    const plain = (push: PushTelemetryRequest): Uint8Array =>
      inflate[push.compressionType]?.(push.metrics) ?? push.metrics
    const told = compressed.length > 0 ? compressed : wire.pushed.map(plain)
    expect(reports.map(({ data }) => hex(data))).toEqual(told.map(hex))
    if (type !== 0) expect(wire.pushed[0]!.metrics.length).toBeLessThan(told[0]!.length)
  })
})

const inflate: Readonly<Record<number, (bytes: Uint8Array) => Uint8Array>> = {
  [GZIP]: (bytes) => gunzipSync(bytes),
  [ZSTD]: (bytes) => zstdDecompressSync(bytes),
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** The codec, which keeps what it is given in `inputs`. */
function recording(plugin: Plugin<Codec>, inputs: Uint8Array[]): Plugin<Codec> {
  return (env) => {
    const codec = plugin(env)
    return {
      name: codec.name,
      attribute: codec.attribute,
      compress(input) {
        inputs.push(input.slice())
        return codec.compress(input)
      },
      decompress: (input, maxBytes) => codec.decompress(input, maxBytes),
      close: () => codec.close?.(),
    }
  }
}
