import { readFileSync } from 'node:fs'
import { AggregationTemporality } from '@opentelemetry/sdk-metrics'
import { expect, test } from 'vitest'
import { scope } from '../src/version.ts'
import { Stage } from './support/stage.ts'

/** Group `producer-metrics`: OpenTelemetry's unit by Kafka's name. */
const ofProducer = {
  'batch-size-avg': 'By',
  'batch-size-max': 'By',
  'compression-rate-avg': '1',
  'record-queue-time-avg': 'ms',
  'record-queue-time-max': 'ms',
  'request-latency-avg': 'ms',
  'request-latency-max': 'ms',
  'record-send-rate': '{record}/s',
  'record-send-total': '{record}',
  'records-per-request-avg': '{record}',
  'record-retry-rate': '{record}/s',
  'record-retry-total': '{record}',
  'record-error-rate': '{record}/s',
  'record-error-total': '{record}',
  'record-size-max': 'By',
  'record-size-avg': 'By',
  'requests-in-flight': '{request}',
  'metadata-age': 's',
  'batch-split-rate': '{batch}/s',
  'batch-split-total': '{batch}',
  'produce-throttle-time-avg': 'ms',
  'produce-throttle-time-max': 'ms',
} as const

const ofTopics = {
  'record-send-rate': '{record}/s',
  'record-send-total': '{record}',
  'byte-rate': 'By/s',
  'byte-total': 'By',
  'compression-rate': '1',
  'record-retry-rate': '{record}/s',
  'record-retry-total': '{record}',
  'record-error-rate': '{record}/s',
  'record-error-total': '{record}',
} as const

const named = (prefix: string, units: Readonly<Record<string, string>>): [name: string, unit: string][] =>
  Object.entries(units).map(([name, unit]) => [`${prefix}.${name.replaceAll('-', '_')}`, unit])

test('Table A: every sender metric of Kafka’s is there, with its unit', async () => {
  const stage = new Stage()
  await stage.send(3)
  const units = new Map((await stage.collect()).map(({ descriptor }) => [descriptor.name, descriptor.unit]))
  const expected = [
    ...named('kafka.producer', ofProducer),
    ...named('kafka.producer.topic', ofTopics),
    ...named('kafka.producer.node', { 'request-latency-avg': 'ms', 'request-latency-max': 'ms' }),
  ]
  expect([...units].filter(([name]) => expected.some(([wanted]) => wanted === name)).sort()).toEqual(expected.sort())
})

test('MET-12: values are those of producer.metrics(), under the conventions’ names of their tags', async () => {
  const stage = new Stage({ topics: { orders: 2, refunds: 1 } })
  await stage.send(3)
  await stage.send(2, 0, 'refunds')
  const exported = new Map<string, number>()
  for (const { descriptor, dataPoints } of await stage.collect()) {
    if (!descriptor.name.startsWith('kafka.')) continue
    for (const { attributes, value } of dataPoints) {
      exported.set(JSON.stringify([descriptor.name, attributes]), value as number)
    }
  }
  const own = stage.producer.metrics().flatMap(({ name, group, tags, value }): [string, number][] => {
    const of = group.replace(/-metrics$/, '').replaceAll('-', '.')
    const attributes = {
      'messaging.client.id': tags['client-id'],
      ...(tags['topic'] !== undefined && { 'messaging.destination.name': tags['topic'] }),
      ...(tags['node-id'] !== undefined && { 'kafka.node.id': tags['node-id'] }),
    }
    return Number.isNaN(value())
      ? []
      : [[JSON.stringify([`kafka.${of}.${name.replaceAll('-', '_')}`, attributes]), value()]]
  })
  expect(own.length).toBeGreaterThan(60)
  expect(exported).toEqual(new Map(own))
})

test('MET-11: totals are counters, everything else is a gauge, and what has no value is not given', async () => {
  const stage = new Stage()
  await stage.send(1)
  for (const { descriptor, dataPoints, ...metric } of await stage.collect()) {
    if (!descriptor.name.startsWith('kafka.')) continue
    expect([descriptor.name, 'isMonotonic' in metric]).toEqual([descriptor.name, descriptor.name.endsWith('_total')])
    for (const { value } of dataPoints) expect(value).not.toBeNaN()
  }
})

test('MET-14: nothing is measured any more after close', async () => {
  // With this temporality, the SDK tells only what was observed since the last time.
  const stage = new Stage({}, {}, {}, AggregationTemporality.DELTA)
  await stage.send(1)
  const given = async (): Promise<number> =>
    (await stage.collect()).filter(
      ({ descriptor, dataPoints }) => descriptor.name.startsWith('kafka.') && dataPoints.length > 0,
    ).length
  expect(await given()).toBeGreaterThan(50)
  expect(await given()).toBeGreaterThan(50)
  await stage.until(stage.producer.close())
  expect(await given()).toBe(0)
})

test('kafkaMetrics: false leaves the conventions’ metrics alone', async () => {
  const stage = new Stage({}, {}, { kafkaMetrics: false })
  await stage.send(1)
  expect((await stage.collect()).map(({ descriptor }) => descriptor.name).sort()).toEqual([
    'messaging.client.operation.duration',
    'messaging.client.sent.messages',
  ])
})

test('two producers share instruments, and are told apart by their client ids', async () => {
  const stage = new Stage()
  const other = new Stage({}, { clientId: 'shipping' }, { meterProvider: stage.meterProvider })
  await stage.send(1)
  await other.send(2)
  const totals = await stage.points('kafka.producer.record_send_total')
  expect(totals.map(({ attributes, value }) => [attributes['messaging.client.id'], value])).toEqual([
    ['billing', 1],
    ['shipping', 2],
  ])
})

test('the meter has the version of the package', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as object
  expect(manifest).toMatchObject(scope)
})
