import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Collector, FromService, OtlpMetric, OtlpPoint, OtlpSpan } from '../src/collector.ts'
import { tellStory } from '../src/story.ts'
import { traceSvg } from '../src/traceSvg.ts'
import { plain } from './support/otlp.ts'

type Exported = Pick<Collector, 'spans' | 'metrics'>

const articles = ['lamp', 'chair', 'desk']
const pictureFile = new URL('../../../docs/guides/opentelemetry-trace.svg', import.meta.url)

describe('an order, from its request to its delivery', () => {
  let exported: Exported
  let named: (name: string) => FromService<OtlpSpan>[]
  beforeAll(async () => {
    exported = await tellStory(articles)
    named = (name) => exported.spans.filter((span) => span.name === name)
  })

  it('is one trace, in which each message has a span below the request', () => {
    const [request, ...others] = named('POST /checkout')
    expect(others).toEqual([])
    expect(request?.parentSpanId ?? '').toBe('')
    expect(new Set(exported.spans.map(({ traceId }) => traceId))).toEqual(new Set([request?.traceId]))
    const messages = named('create orders')
    expect(messages.map(({ parentSpanId }) => parentSpanId)).toEqual(articles.map(() => request?.spanId))
    expect(messages.map(({ attributes }) => plain(attributes)['kafka.message.key'])).toEqual(articles.map(() => 'ann'))
  })

  it('is continued by the consumer from the headers of each record: parent and link are that message’s span', () => {
    const byOffset = new Map(named('create orders').map((span) => [plain(span.attributes)['kafka.offset'], span]))
    expect([...byOffset.keys()]).toEqual([0, 1, 2])
    const consumed = named('process orders')
    expect(consumed).toHaveLength(articles.length)
    for (const { service, attributes, traceId, parentSpanId, links } of consumed) {
      const message = byOffset.get(plain(attributes)['kafka.offset'])
      expect(service).toBe('shipping')
      expect([traceId, parentSpanId]).toEqual([message?.traceId, message?.spanId])
      expect(links.map((link) => [link.traceId, link.spanId])).toEqual([[message?.traceId, message?.spanId]])
    }
  })

  it('went in one batch, whose span links to each message', () => {
    const [batch, ...others] = named('send orders')
    expect(others).toEqual([])
    expect(batch?.parentSpanId).toBe(named('POST /checkout')[0]?.spanId)
    expect(batch?.links.map(({ spanId }) => spanId)).toEqual(named('create orders').map(({ spanId }) => spanId))
    expect(plain(batch!.attributes)['messaging.batch.message_count']).toBe(articles.length)
  })

  it('is counted', () => {
    const points = (name: string): readonly OtlpPoint[] => pointsOf(exported.metrics.findLast((it) => it.name === name))
    const [sent] = points('messaging.client.sent.messages')
    expect(Number(sent?.asDouble ?? sent?.asInt)).toBe(articles.length)
    const [duration] = points('messaging.client.operation.duration')
    expect(Number(duration?.count)).toBe(1)
    const [batch] = named('send orders')
    const where = 'messaging.destination.partition.id'
    expect(plain(sent!.attributes)[where]).toBe(plain(batch!.attributes)[where])
  })

  it('is drawn in the guide', () => {
    // To draw it anew: npm run pnpm -- --dir examples/opentelemetry run picture
    expect(traceSvg(exported.spans)).toBe(readFileSync(pictureFile, 'utf8'))
  })
})

it('an order whose trace is not recorded exports no span, and is counted all the same', async () => {
  const { spans, metrics } = await tellStory(articles, 0)
  expect(spans).toEqual([])
  const [sent] = pointsOf(metrics.findLast(({ name }) => name === 'messaging.client.sent.messages'))
  expect(Number(sent?.asDouble ?? sent?.asInt)).toBe(articles.length)
})

function pointsOf(metric: OtlpMetric | undefined): readonly OtlpPoint[] {
  return (metric?.sum ?? metric?.gauge ?? metric?.histogram)?.dataPoints ?? []
}
