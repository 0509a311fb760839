import { propagation } from '@opentelemetry/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KafkaCluster } from '../../../tools/kafka/cluster.ts'
import { readTopic } from '../../../tools/kafka/judge/judge.ts'
import type { JudgedRecord } from '../../../tools/kafka/judge/types.ts'
import { kcatConsume } from '../../../tools/kafka/kcat.ts'
import { missingForKcat } from '../../../tools/kafka/requirements.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { describeKafka } from '../../../tools/kafka/testCluster.ts'
import type { FromService, OtlpSpan } from '../src/collector.ts'
import { Collector } from '../src/collector.ts'
import { ship } from '../src/shipping.ts'
import { startShop } from '../src/shop.ts'
import { startTelemetry } from '../src/telemetry.ts'
import { plain } from './support/otlp.ts'

type Span = FromService<OtlpSpan>

/** What a browser sends that is traced itself. */
const browser = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const headers = {
  traceparent: `00-${browser.traceId}-${browser.spanId}-01`,
  tracestate: 'vendor=x1,other=y2',
  baggage: 'tenant=seven',
}
const customers = ['ann', 'bob']
const articles = ['lamp', 'chair', 'desk']
const total = customers.length * articles.length

describeKafka('a trace through real Kafka, whose consumer is Java’s', () => {
  let kafka: KafkaCluster
  let records: JudgedRecord[]
  let spans: Span[]
  /** The tenant of each record, as baggage says while it is being handled. */
  const tenants = new Map<string, string | undefined>()
  const named = (name: string): Span[] => spans.filter((span) => span.name === name)
  /** Of ann, whose browser is traced; of bob, whose is not. */
  const requests = (): Span[] => {
    const isAnn = ({ traceId }: Span): number => Number(traceId === browser.traceId)
    return named('POST /checkout').sort((a, b) => isAnn(b) - isAnn(a))
  }

  beforeAll(async () => {
    kafka = await startKafka()
    await kafka.createTopic('orders', { partitions: 2 })
    await using collector = new Collector()
    const url = await collector.listen()
    const ofShop = startTelemetry({ serviceName: 'shop', collector: url, ratio: 1 })
    const ofShipping = startTelemetry({ serviceName: 'shipping', collector: url, ratio: 1 })
    const { bootstrapServers } = kafka

    const shop = startShop({ bootstrapServers }, ofShop)
    await Promise.all([shop.checkout('ann', articles, headers), shop.checkout('bob', articles)])
    await shop.close()
    records = await Array.fromAsync(readTopic({ bootstrapServers, topic: 'orders' }))
    for (const record of records) {
      const consumed = { ...record, topic: 'orders', offset: BigInt(record.offset), headers: headersOf(record) }
      await ship(consumed, ofShipping, () => {
        tenants.set(placeOf(record), propagation.getActiveBaggage()?.getEntry('tenant')?.value)
        return Promise.resolve()
      })
    }
    await Promise.all([ofShop.shutdown(), ofShipping.shutdown()])
    spans = [...collector.spans]
  })
  afterAll(() => kafka.close())

  test('each request is one trace: below the browser’s span, or a root', () => {
    const [ann, bob, ...others] = requests()
    expect(others).toEqual([])
    expect(ann).toMatchObject({ traceId: browser.traceId, parentSpanId: browser.spanId })
    expect(bob?.parentSpanId ?? '').toBe('')
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([ann?.traceId, bob?.traceId]))
  })

  test('Java’s consumer reads each message’s own context, and the state and baggage of the request', () => {
    const [ann, bob] = requests()
    const messages = new Map(named('create orders').map((span) => [placeOfSpan(span), span]))
    expect(messages.size).toBe(total)
    expect(records).toHaveLength(total)
    for (const record of records) {
      const message = messages.get(placeOf(record))
      const isAnn = String(record.key) === 'ann'
      expect(message?.parentSpanId).toBe((isAnn ? ann : bob)?.spanId)
      const traceparent = `00-${(isAnn ? ann : bob)?.traceId}-${message?.spanId}-01`
      expect(textOf(record)).toEqual(isAnn ? { ...headers, traceparent } : { traceparent })
    }
  })

  test.skipIf(missingForKcat() !== undefined)('librdkafka’s consumer reads the same', async () => {
    const read = await kcatConsume({ bootstrapServers: kafka.bootstrapServers, topic: 'orders' })
    const inText = (pairs: Record<string, string>): string =>
      Object.entries(pairs)
        .map(([name, value]) => `${name}=${value}`)
        .join()
    const found = new Map(read.map((record) => [placeOf(record), record.headers]))
    expect(found).toEqual(new Map(records.map((record) => [placeOf(record), inText(textOf(record))])))
  })

  test('what the consumer does is below that message and linked to it, with state and baggage', () => {
    const messages = new Map(named('create orders').map((span) => [placeOfSpan(span), span]))
    const consumed = named('process orders')
    expect(consumed).toHaveLength(total)
    for (const span of consumed) {
      const message = messages.get(placeOfSpan(span))
      const isAnn = span.traceId === browser.traceId
      expect([span.service, message?.service]).toEqual(['shipping', 'shop'])
      expect([span.traceId, span.parentSpanId]).toEqual([message?.traceId, message?.spanId])
      expect(span.links.map(({ traceId, spanId }) => [traceId, spanId])).toEqual([[message?.traceId, message?.spanId]])
      expect(span.traceState ?? '').toBe(isAnn ? headers.tracestate : '')
      expect(tenants.get(placeOfSpan(span))).toBe(isAnn ? 'seven' : undefined)
    }
  })

  test('batches link to their messages, each once', () => {
    const ids = (all: readonly { readonly spanId: string }[]): string[] => all.map(({ spanId }) => spanId).sort()
    expect(ids(named('send orders').flatMap(({ links }) => links))).toEqual(ids(named('create orders')))
    expect(spans).toHaveLength(requests().length + 2 * total + named('send orders').length)
  })
})

function headersOf(record: JudgedRecord): Record<string, Uint8Array> {
  return Object.fromEntries(record.headers.map(([name, value]) => [name, value ?? new Uint8Array(0)]))
}

function textOf(record: JudgedRecord): Record<string, string> {
  return Object.fromEntries(record.headers.map(([name, value]) => [name, String(value)]))
}

function placeOf({ partition, offset }: { readonly partition: number; readonly offset: number }): string {
  return `${partition}/${offset}`
}

function placeOfSpan({ attributes }: Span): string {
  const { 'messaging.destination.partition.id': partition, 'kafka.offset': offset } = plain(attributes)
  return placeOf({ partition: Number(partition), offset: Number(offset) })
}
