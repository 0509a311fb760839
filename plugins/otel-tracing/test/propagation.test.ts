import { readFileSync } from 'node:fs'
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api'
import type { Interceptor, ProducerRecord } from '@posthorn/contracts'
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace'
import { describe, expect, test } from 'vitest'
import { otelTracing } from '../src/index.ts'
import { scope } from '../src/version.ts'
import { remoteSpan, Stage, traceparent } from './support/stage.ts'

const frozen = <T extends object>(value: T): T => {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) frozen(member as object)
  return Object.freeze(value)
}

describe('the context in the record', () => {
  test('is that of the message’s own span, and nothing of the caller’s is touched', async () => {
    const stage = new Stage()
    const list = frozen({ topic: 'orders', partition: 0, value: 'v', headers: [{ key: 'a', value: '1' }] })
    const plain = frozen({ topic: 'orders', partition: 0, value: 'v', headers: { b: '2' } })
    const none = frozen({ topic: 'orders', partition: 0, value: 'v' })
    await stage.inRequest(() => Promise.all([list, plain, none].map((record) => stage.producer.send(record))))
    const spans = stage.spans('create orders')
    expect(stage.logged).toEqual([])
    expect(stage.headers()).toEqual([
      { a: '1', traceparent: traceparent(spans[0]!) },
      { b: '2', traceparent: traceparent(spans[1]!) },
      { traceparent: traceparent(spans[2]!) },
    ])
    expect(list).toEqual({ topic: 'orders', partition: 0, value: 'v', headers: [{ key: 'a', value: '1' }] })
  })

  test('is the caller’s with messageSpans: false', async () => {
    const stage = new Stage({ messageSpans: false })
    await stage.inRequest(() => stage.producer.send({ topic: 'orders', value: 'v' }))
    expect(stage.headers()).toEqual([{ traceparent: traceparent(stage.spans('request')[0]!) }])
  })

  test('has whatever else the propagator writes, but for what the application has set itself', async () => {
    const stage = new Stage()
    const baggage = propagation.createBaggage({ tenant: { value: '7' } })
    await stage.inRequest(() => {
      const sends = context.with(propagation.setBaggage(context.active(), baggage), () => [
        stage.producer.send({ topic: 'orders', partition: 0, value: 'v' }),
      ])
      return Promise.all(sends)
    })
    expect(stage.headers()[0]).toMatchObject({ baggage: 'tenant=7' })
  })

  test('continues a trace of another process', async () => {
    const stage = new Stage()
    await stage.until(
      context.with(stage.remote(true), () => stage.producer.send({ topic: 'orders', partition: 0, value: 'v' })),
    )
    const [span] = stage.spans('create orders')
    expect(span?.parentSpanContext).toMatchObject(remoteSpan)
    expect(stage.headers()).toEqual([{ traceparent: traceparent(span!) }])
  })

  test('that the application has set itself is kept, has no span, and is linked to', async () => {
    const stage = new Stage()
    const custom = `00-${remoteSpan.traceId}-${remoteSpan.spanId}-01`
    const record = frozen({ topic: 'orders', partition: 0, value: 'v', headers: { traceparent: custom } })
    await stage.inRequest(() => stage.producer.send(record))
    expect(stage.headers()).toEqual([{ traceparent: custom }])
    expect(stage.spans('create orders')).toEqual([])
    const [batch] = stage.spans('send orders')
    expect(batch?.links.map(({ context: to }) => to)).toMatchObject([remoteSpan])
  })

  test('is carried on by another interceptor that copies the record (ITC-01)', async () => {
    const stage = new Stage()
    const tracing = otelTracing({ tracerProvider: stage.provider })
    const seen: ProducerRecord<unknown, unknown>[] = []
    const copying = <K, V>(): Interceptor<K, V> => ({
      name: 'copying',
      onSend: (record) => {
        seen.push(record)
        return { ...record }
      },
    })
    const other = new Stage({}, { interceptors: [tracing.interceptor, copying], hooks: [tracing.hooks] })
    await other.inRequest(() => other.producer.send({ topic: 'orders', value: 'v' }))
    expect(seen[0]?.headers).toBeDefined()
    expect(stage.spans().map(({ name }) => name)).toEqual(['send orders', 'create orders'])
  })
})

describe('what is not recorded', () => {
  test('goes on as the object that it was, without a header, and no span is asked for', async () => {
    const seen: unknown[] = []
    const watching = <K, V>(): Interceptor<K, V> => ({
      name: 'watching',
      onSend: (record) => {
        seen.push(record)
        return record
      },
    })
    const stage = new Stage()
    const tracing = otelTracing({ tracerProvider: stage.provider })
    const other = new Stage({}, { interceptors: [tracing.interceptor, watching], hooks: [tracing.hooks] })
    const record = { topic: 'orders', value: 'v' }
    await other.until(context.with(stage.remote(false), () => other.producer.send(record)))
    expect(seen[0]).toBe(record)
    expect(other.headers()).toEqual([{}])
    expect(stage.begun).toBe(0)
  })

  test('is not asked for again in the same turn when it is outside of any trace', async () => {
    const stage = new Stage({}, {}, new AlwaysOffSampler())
    const sendSome = (): Promise<unknown> =>
      stage.until(Promise.all([1, 2, 3].map(() => stage.producer.send({ topic: 'orders', value: 'v' }))))
    await context.with(ROOT_CONTEXT, sendSome)
    expect(stage.begun).toBe(1)
    await context.with(ROOT_CONTEXT, sendSome)
    expect(stage.begun).toBe(2)
    expect(stage.headers()).toEqual([{}, {}, {}, {}, {}, {}])
  })

  test('a sampler that refuses a message in a recorded trace is obeyed', async () => {
    const refusing = new ParentBasedSampler({
      root: new AlwaysOnSampler(),
      localParentSampled: new AlwaysOffSampler(),
    })
    const stage = new Stage({}, {}, refusing)
    await stage.inRequest(() => stage.producer.send({ topic: 'orders', value: 'v' }))
    expect(stage.spans().map(({ name }) => name)).toEqual(['request'])
    expect(stage.headers()).toEqual([{}])
  })
})

test('outside of any trace, what is sent in one go shares one that the first message begins', async () => {
  const stage = new Stage()
  const values = ['a', 'b', 'c']
  await stage.until(Promise.all(values.map((value) => stage.producer.send({ topic: 'orders', partition: 0, value }))))
  await stage.until(stage.producer.send({ topic: 'orders', partition: 0, value: 'd' }))
  const messages = stage.spans('create orders')
  const traces = messages.map((span) => span.spanContext().traceId)
  expect(traces.slice(0, 3)).toEqual([traces[0], traces[0], traces[0]])
  expect(traces[3]).not.toBe(traces[0])
  expect(messages.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
    undefined,
    messages[0]?.spanContext().spanId,
    messages[0]?.spanContext().spanId,
    undefined,
  ])
  expect(stage.headers().map(({ traceparent: header }) => header)).toEqual(messages.map(traceparent))
})

test('without an SDK nothing is written and nothing thrown', async () => {
  const tracing = otelTracing()
  const stage = new Stage({}, { interceptors: [tracing.interceptor], hooks: [tracing.hooks] })
  await stage.until(stage.producer.send({ topic: 'orders', value: 'v' }))
  expect(stage.headers()).toEqual([{}])
  expect(stage.logged).toEqual([])
})

test('the tracer has the version of the package', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as object
  expect(manifest).toMatchObject(scope)
})
