import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { ATTR_ERROR_TYPE, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT } from '@opentelemetry/semantic-conventions'
import {
  ATTR_MESSAGING_BATCH_MESSAGE_COUNT,
  ATTR_MESSAGING_CLIENT_ID,
  ATTR_MESSAGING_DESTINATION_NAME,
  ATTR_MESSAGING_DESTINATION_PARTITION_ID,
  ATTR_KAFKA_MESSAGE_KEY,
  ATTR_KAFKA_MESSAGE_TOMBSTONE,
  ATTR_KAFKA_OFFSET,
  ATTR_MESSAGING_OPERATION_NAME,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_MESSAGING_SYSTEM,
  ATTR_MESSAGING_SYSTEM_NAME,
  MESSAGING_OPERATION_TYPE_VALUE_CREATE,
  MESSAGING_OPERATION_TYPE_VALUE_SEND,
  MESSAGING_SYSTEM_NAME_VALUE_KAFKA,
} from '@opentelemetry/semantic-conventions/incubating'
import type { BatchSettledEvent } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { otelTracing } from '../src/index.ts'
import { ms, Stage } from './support/stage.ts'

const common = {
  [ATTR_MESSAGING_SYSTEM_NAME]: MESSAGING_SYSTEM_NAME_VALUE_KAFKA,
  [ATTR_MESSAGING_SYSTEM]: 'kafka',
  [ATTR_MESSAGING_DESTINATION_NAME]: 'orders',
  [ATTR_MESSAGING_CLIENT_ID]: 'billing',
}
const create = {
  ...common,
  [ATTR_MESSAGING_OPERATION_NAME]: 'create',
  [ATTR_MESSAGING_OPERATION_TYPE]: MESSAGING_OPERATION_TYPE_VALUE_CREATE,
}
const send = {
  ...common,
  [ATTR_MESSAGING_OPERATION_NAME]: 'send',
  [ATTR_MESSAGING_OPERATION_TYPE]: MESSAGING_OPERATION_TYPE_VALUE_SEND,
}
const place = (stage: Stage, partition: number): object => {
  const [host, port] = stage.cluster.bootstrapServers[stage.cluster.partition('orders', partition).leader]!.split(':')
  return {
    [ATTR_MESSAGING_DESTINATION_PARTITION_ID]: String(partition),
    [ATTR_SERVER_ADDRESS]: host,
    [ATTR_SERVER_PORT]: Number(port),
  }
}

describe('a message of a recorded trace', () => {
  test('has a span “create <topic>” below the caller’s, with the attributes of the conventions', async () => {
    const stage = new Stage()
    await stage.inRequest(() => stage.producer.send({ topic: 'orders', partition: 1, key: 'k', value: null }))
    const [span] = stage.spans('create orders')
    const [request] = stage.spans('request')
    expect(span).toMatchObject({ kind: SpanKind.PRODUCER, status: { code: SpanStatusCode.UNSET }, links: [] })
    expect(span?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId)
    expect(span?.attributes).toEqual({
      ...create,
      ...place(stage, 1),
      [ATTR_KAFKA_MESSAGE_KEY]: 'k',
      [ATTR_KAFKA_MESSAGE_TOMBSTONE]: true,
      [ATTR_KAFKA_OFFSET]: 0,
    })
  })

  test('a key without a text that everyone would write alike is no attribute, nor is a value tombstone', async () => {
    const stage = new Stage()
    await stage.inRequest(() => stage.producer.send({ topic: 'orders', key: new Uint8Array([1]), value: 'v' }))
    const [span] = stage.spans('create orders')
    expect(Object.keys(span?.attributes ?? {})).not.toContain(ATTR_KAFKA_MESSAGE_KEY)
    expect(Object.keys(span?.attributes ?? {})).not.toContain(ATTR_KAFKA_MESSAGE_TOMBSTONE)
  })

  test('ITC-03 its span ends with the error that the application gets', async () => {
    const stage = new Stage()
    stage.cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' })
    const error = await stage
      .inRequest(() => stage.producer.send({ topic: 'orders', partition: 0, value: 'v' }))
      .catch((reason: unknown) => reason as Error)
    for (const name of ['create orders', 'send orders']) {
      const [span] = stage.spans(name)
      expect(span?.attributes).toMatchObject({ ...place(stage, 0), [ATTR_ERROR_TYPE]: 'TOPIC_AUTHORIZATION_FAILED' })
      expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: (error as Error).message })
      expect(span?.events).toEqual([])
    }
  })

  test('ITC-04 its span ends, with partition −1 not told, when it never reaches a batch', async () => {
    const stage = new Stage({}, { maxRequestSize: 100 })
    await stage.inRequest(() => stage.producer.send({ topic: 'orders', value: 'v'.repeat(200) })).catch(() => {})
    await stage.clock.advance(0)
    const [span] = stage.spans('create orders')
    expect(span?.attributes).toEqual({ ...create, [ATTR_ERROR_TYPE]: 'MESSAGE_TOO_LARGE' })
    expect(stage.spans('send orders')).toEqual([])
  })

  test('begins and ends by the wall clock, also after that was set anew', async () => {
    const stage = new Stage()
    const sendOne = (): Promise<unknown> =>
      stage.inRequest(() => stage.producer.send({ topic: 'orders', partition: 0, value: 'v' }))
    await sendOne()
    stage.clock.jumpEpoch(3_600_000)
    const again = stage.clock.epochMs()
    await sendOne()
    const [, span] = stage.spans('create orders')
    expect(ms(span!.startTime)).toBe(again)
    expect(ms(span!.endTime)).toBe(stage.clock.epochMs())
  })

  test('of one topic has nothing of another’s', async () => {
    const stage = new Stage({}, {}, undefined, ['orders', 'bills'])
    await stage.inRequest(() =>
      Promise.all([
        stage.producer.send({ topic: 'orders', partition: 1, key: 'k', value: null }),
        stage.producer.send({ topic: 'bills', value: 'v' }),
        stage.producer.send({ topic: 'orders', value: 'v' }),
      ]),
    )
    const of = (topic: string): object[] => stage.spans(`create ${topic}`).map(({ attributes }) => attributes)
    expect(of('bills')).toMatchObject([{ [ATTR_MESSAGING_DESTINATION_NAME]: 'bills' }])
    expect(of('orders').map((attributes) => ATTR_KAFKA_MESSAGE_KEY in attributes)).toEqual(
      expect.arrayContaining([true, false]),
    )
    expect(of('orders')).toMatchObject([
      { [ATTR_MESSAGING_DESTINATION_NAME]: 'orders' },
      { [ATTR_MESSAGING_DESTINATION_NAME]: 'orders' },
    ])
    expect(Object.keys(of('bills')[0] ?? {})).not.toContain(ATTR_KAFKA_MESSAGE_KEY)
  })

  test('an error that a retry mended is not on its span', async () => {
    const stage = new Stage()
    stage.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 2 })
    await stage.inRequest(() => stage.producer.send({ topic: 'orders', value: 'v' }))
    expect(stage.spans().map(({ name, status }) => [name, status.code])).toEqual([
      ['send orders', SpanStatusCode.UNSET],
      ['create orders', SpanStatusCode.UNSET],
      ['request', SpanStatusCode.UNSET],
    ])
  })
})

describe('a batch', () => {
  test('has a span “send <topic>” with a link to each of its messages, beside them below the caller’s', async () => {
    const stage = new Stage()
    await stage.inRequest(() =>
      Promise.all(['a', 'b', 'c'].map((value) => stage.producer.send({ topic: 'orders', partition: 0, value }))),
    )
    const messages = stage.spans('create orders')
    const [batch, ...others] = stage.spans('send orders')
    expect(others).toEqual([])
    expect(batch).toMatchObject({ kind: SpanKind.CLIENT, status: { code: SpanStatusCode.UNSET } })
    expect(batch?.attributes).toEqual({ ...send, ...place(stage, 0), [ATTR_MESSAGING_BATCH_MESSAGE_COUNT]: 3 })
    expect(batch?.links.map(({ context }) => context.spanId)).toEqual(messages.map((span) => span.spanContext().spanId))
    expect(batch?.parentSpanContext?.spanId).toBe(stage.spans('request')[0]?.spanContext().spanId)
  })

  test('takes the time of messaging.client.operation.duration: from its first record to its outcome', async () => {
    const events: BatchSettledEvent[] = []
    const watching = (): { name: string; onBatchSettled: (event: BatchSettledEvent) => void } => ({
      name: 'watching',
      onBatchSettled: (event) => void events.push(event),
    })
    const plain = new Stage()
    const tracing = otelTracing({ tracerProvider: plain.provider })
    const stage = new Stage({}, { interceptors: [tracing.interceptor], hooks: [watching, tracing.hooks] })
    await stage.inRequest(() => stage.producer.send({ topic: 'orders', value: 'v' }))
    const [batch] = plain.spans('send orders')
    const [event] = events
    expect(ms(batch!.duration)).toBeCloseTo(event!.settledMs - event!.createdMs, 3)
    expect(ms(batch!.startTime)).toBeCloseTo(stage.clock.epochMs() - stage.clock.now() + event!.createdMs, 3)
  })

  test('of messages of several traces is in that of the first, and links to all', async () => {
    const stage = new Stage()
    const sendOne = (value: string) => () =>
      Promise.resolve(stage.producer.send({ topic: 'orders', partition: 0, value }))
    const both: Promise<unknown>[] = []
    for (const value of ['a', 'b']) {
      await stage.inRequest(() => {
        both.push(sendOne(value)())
        return Promise.resolve()
      })
    }
    await stage.until(Promise.all(both))
    const requests = stage.spans('request').map((span) => span.spanContext().traceId)
    const [batch] = stage.spans('send orders')
    expect(new Set(requests).size).toBe(2)
    expect(batch?.spanContext().traceId).toBe(requests[0])
    expect(batch?.links.map(({ context }) => context.traceId)).toEqual(requests)
  })

  test('the outcomes of two batches that come in one answer are told apart', async () => {
    const stage = new Stage()
    stage.cluster.moveLeader('orders', 1, stage.cluster.partition('orders', 0).leader)
    await stage.inRequest(() =>
      Promise.all([0, 1, 0].map((partition) => stage.producer.send({ topic: 'orders', partition, value: 'v' }))),
    )
    const batches = stage.spans('send orders')
    expect(
      batches.map(({ attributes, links }) => [attributes[ATTR_MESSAGING_DESTINATION_PARTITION_ID], links.length]),
    ).toEqual([
      ['0', 2],
      ['1', 1],
    ])
  })

  test('without a message of a recorded trace has no span', async () => {
    const stage = new Stage({ messageSpans: false })
    await stage.until(stage.producer.send({ topic: 'orders', value: 'v' }))
    expect(stage.spans()).toEqual([])
    expect(stage.begun).toBe(0)
  })
})

describe('spans can be switched off', () => {
  test('batchSpans: false leaves one span “send <topic>” for each message, of kind PRODUCER', async () => {
    const stage = new Stage({ batchSpans: false })
    await stage.inRequest(() => stage.producer.send({ topic: 'orders', partition: 0, value: 'v' }))
    const [span, ...others] = stage.spans('send orders')
    expect(others).toEqual([])
    expect(stage.spans('create orders')).toEqual([])
    expect(span).toMatchObject({ kind: SpanKind.PRODUCER })
    expect(span?.attributes).toEqual({ ...send, ...place(stage, 0), [ATTR_KAFKA_OFFSET]: 0 })
  })

  test('messageSpans: false leaves that of the batch, which links to the callers’ spans', async () => {
    const stage = new Stage({ messageSpans: false })
    await stage.inRequest(() => stage.producer.send({ topic: 'orders', partition: 0, value: 'v' }))
    const [request] = stage.spans('request')
    expect(stage.spans('create orders')).toEqual([])
    expect(stage.spans('send orders')[0]?.links.map(({ context }) => context.spanId)).toEqual([
      request?.spanContext().spanId,
    ])
  })
})
