import type { Codec, Metric } from '@posthorn/contracts'
import { ZERO_UUID } from '@posthorn/protocol'
import { describe, expect, test } from 'vitest'
import { clientTelemetry } from '../src/index.ts'
import { Stage } from './support/stage.ts'

const MINUTE = 60_000
const total = 'org.apache.kafka.producer.record.send.total'

describe('subscription', () => {
  test('TEL-01: it is asked for with no id at first, then with the one that the cluster gave', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    await stage.send()
    stage.cluster.subscribeTelemetry({ pushIntervalMs: MINUTE })
    await stage.clock.advance(3 * MINUTE)
    const asked = stage.requests().filter(({ name }) => name === 'GetTelemetrySubscriptions')
    const id = await stage.telemetry.clientInstanceId(0)
    expect(asked.map(({ body }) => body['clientInstanceId'])).toEqual([ZERO_UUID, id])
    expect(id).not.toBe(ZERO_UUID)
    await stage.close()
  })

  test('TEL-01: a cluster that has no telemetry is asked for nothing', async () => {
    const stage = new Stage(undefined, {}, { cluster: { telemetry: undefined } })
    await stage.send()
    await stage.clock.advance(10 * MINUTE)
    expect(stage.requests()).toEqual([])
    await stage.close()
    expect(stage.logged).toEqual([])
  })

  test('TEL-02: one broker gets everything until its connection is lost', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE }, {}, { metadataMaxAgeMs: 5 * MINUTE })
    await stage.send()
    await stage.clock.runUntil(stage.producer.send({ topic: 'orders', partition: 1, value: 'v' }))
    await stage.clock.advance(4 * MINUTE)
    const first = new Set(stage.pushes.map(({ broker }) => broker))
    expect(first.size).toBe(1)
    const before = stage.pushes.length
    expect(before).toBeGreaterThan(2)
    const [sticky] = first
    stage.cluster.stopBroker(sticky!)
    await stage.clock.advance(4 * MINUTE)
    expect(new Set(stage.pushes.slice(before).map(({ broker }) => broker))).toEqual(new Set([1 - sticky!]))
    await stage.close()
  })

  test('TEL-03: no metrics means none, and to ask again after the interval', async () => {
    const stage = new Stage({ metrics: [], pushIntervalMs: MINUTE })
    await stage.send()
    await stage.clock.advance(3 * MINUTE + 1)
    expect(stage.requests().map(({ name }) => name)).toEqual(
      Array.from({ length: 4 }, () => 'GetTelemetrySubscriptions'),
    )
    await stage.close()
    expect(stage.pushes).toEqual([])
  })

  test.each([
    [['*'], 40],
    [[''], 40],
  ])('TEL-03: %j means all', async (metrics, atLeast) => {
    const stage = new Stage({ metrics, pushIntervalMs: MINUTE })
    await stage.send()
    await stage.clock.advance(MINUTE)
    expect(stage.metrics().length).toBeGreaterThan(atLeast)
    await stage.close()
  })

  test('TEL-03: anything else are beginnings of names', async () => {
    const wanted = ['org.apache.kafka.producer.record.send', 'org.apache.kafka.producer.topic.byte']
    const stage = new Stage({ metrics: wanted, pushIntervalMs: MINUTE })
    await stage.send()
    await stage.clock.advance(MINUTE)
    expect(
      stage
        .metrics()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      'org.apache.kafka.producer.record.send.rate',
      'org.apache.kafka.producer.record.send.total',
      'org.apache.kafka.producer.topic.byte.rate',
      'org.apache.kafka.producer.topic.byte.total',
    ])
    await stage.close()
  })
})

describe('pushes', () => {
  test('TEL-04: the first comes after 0.5 to 1.5 times the interval, by chance, the others after one', async () => {
    for (const [chance, first] of [
      [0, 0.5],
      [0.25, 0.75],
      [0.999, 1.499],
    ] as const) {
      const stage = new Stage({ pushIntervalMs: MINUTE }, {}, { random: () => chance })
      await stage.send()
      const start = stage.clock.now()
      await stage.clock.advance(5 * MINUTE)
      const at = stage.pushes.map(({ atMs }) => (atMs - start) / MINUTE)
      expect(at.slice(0, 3)).toEqual([first, first + 1, first + 2].map((turn) => expect.closeTo(turn, 2) as number))
      await stage.close()
    }
  })

  test('TEL-04: an interval that is not positive is one of five minutes', async () => {
    const stage = new Stage({ pushIntervalMs: 0 })
    await stage.send()
    await stage.clock.advance(3.7 * MINUTE)
    expect(stage.pushes).toHaveLength(0)
    await stage.clock.advance(0.1 * MINUTE)
    expect(stage.pushes).toHaveLength(1)
    await stage.close()
  })

  test('TEL-04: an interval below Kafka’s least is 100 ms', async () => {
    const stage = new Stage({ pushIntervalMs: 1 })
    await stage.send()
    await stage.clock.advance(1000)
    expect(stage.pushes.length).toBeGreaterThan(5)
    expect(stage.pushes.length).toBeLessThanOrEqual(10)
    await stage.close()
  })

  test('an idle producer goes on pushing, though connections are closed that were idle', async () => {
    const stage = new Stage({ pushIntervalMs: 4 * MINUTE }, {}, { connectionsMaxIdleMs: MINUTE })
    await stage.send()
    await stage.clock.advance(15.5 * MINUTE)
    const closed = stage.producer.metrics().find(({ name }) => name === 'connection-close-total')
    expect(closed?.value()).toBeGreaterThan(3)
    expect(stage.pushes).toHaveLength(4)
    await stage.close()
  })

  test('TEL-05: names, kinds and labels are Kafka’s; the client’s id is no label; what has no value is left out', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    await stage.send()
    await stage.clock.advance(MINUTE)
    const metrics = stage.metrics()
    const of = (name: string): unknown => metrics.find((metric) => metric.name === name)
    expect(of('org.apache.kafka.producer.topic.record.send.total')).toMatchObject({
      kind: 'sum',
      monotonic: true,
      points: [{ labels: { topic: 'orders' }, value: 1 }],
    })
    expect(of('org.apache.kafka.producer.connection.count')).toMatchObject({ kind: 'gauge', points: [{ labels: {} }] })
    expect(of('org.apache.kafka.producer.node.request.latency.max')).toMatchObject({
      points: [{ labels: { node_id: 'node-0' } }],
    })
    for (const { points } of metrics) {
      for (const { labels, value } of points) {
        expect(labels).not.toHaveProperty('client_id')
        expect(value).not.toBeNaN()
      }
    }
    await stage.close()
  })

  test.each([
    [true, 1, [2, 1, 0]],
    [false, 2, [2, 3, 3]],
  ])('TEL-05: totals with delta temporality %s', async (deltaTemporality, temporality, told) => {
    const stage = new Stage({ pushIntervalMs: MINUTE, deltaTemporality })
    await stage.send()
    await stage.send()
    await stage.clock.advance(MINUTE)
    const totals = [stage.value(total)]
    expect(stage.metrics().find(({ name }) => name === total)?.temporality).toBe(temporality)
    await stage.send()
    await stage.clock.advance(MINUTE)
    totals.push(stage.value(total))
    await stage.clock.advance(MINUTE)
    totals.push(stage.value(total))
    expect(totals).toEqual(told)
    await stage.close()
  })

  const reversed: Codec = {
    name: 'lz4',
    attribute: 3,
    compress: (input) => new Uint8Array(input).reverse(),
    decompress: (input) => input,
  }
  const broken: Codec = {
    ...reversed,
    compress: () => {
      throw new Error('broken')
    },
  }

  test.each([
    ['the first that is accepted', [4, 3, 1, 2], {}, 4],
    ['the first that is accepted and there', [3, 2, 1, 4], {}, 1],
    ['one that was given', [3, 1], { codecs: [() => reversed] }, 3],
    ['none when none is accepted', [], {}, 0],
    ['none when none of them is there', [2, 3], {}, 0],
    ['none when compressing fails', [3, 1], { codecs: [() => broken] }, 0],
  ])('TEL-05: compresses with %s', async (_what, acceptedCompressionTypes, plugin, used) => {
    const stage = new Stage({ pushIntervalMs: MINUTE, acceptedCompressionTypes }, plugin)
    await stage.send()
    await stage.clock.advance(MINUTE)
    expect(stage.pushes.map(({ compressionType }) => compressionType)).toEqual([used])
    if (used !== 3) expect(stage.value(total)).toBe(1)
    await stage.close()
  })
})

describe('errors', () => {
  test.each(['UNKNOWN_SUBSCRIPTION_ID', 'UNSUPPORTED_COMPRESSION_TYPE'])(
    'TEL-06: after %s the subscription is asked for at once',
    async (error) => {
      const stage = new Stage({ pushIntervalMs: MINUTE })
      await stage.send()
      stage.cluster.intercept('PushTelemetry', { error }, { times: 1 })
      await stage.clock.advance(0.8 * MINUTE)
      expect(stage.requests().map(({ name }) => name)).toEqual([
        'GetTelemetrySubscriptions',
        'PushTelemetry',
        'GetTelemetrySubscriptions',
      ])
      await stage.close()
    },
  )

  test('TEL-06: a subscription that has changed is fetched, and the metrics of the new one pushed', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    await stage.send()
    stage.cluster.subscribeTelemetry({ metrics: [total], pushIntervalMs: MINUTE, deltaTemporality: false })
    await stage.clock.advance(2 * MINUTE)
    expect(stage.metrics().map(({ name }) => name)).toEqual([total])
    expect(stage.value(total)).toBe(1)
    await stage.close()
  })

  test.each(['TELEMETRY_TOO_LARGE', 'THROTTLING_QUOTA_EXCEEDED'])(
    'TEL-06: after %s the subscription is asked for after the interval, and nothing is lost from totals',
    async (error) => {
      const stage = new Stage({ pushIntervalMs: MINUTE })
      await stage.send()
      stage.cluster.intercept('PushTelemetry', { error }, { times: 1 })
      await stage.clock.advance(1.7 * MINUTE)
      expect(stage.requests().map(({ name }) => name)).toEqual(['GetTelemetrySubscriptions', 'PushTelemetry'])
      await stage.clock.advance(0.1 * MINUTE)
      expect(stage.requests().at(-1)?.name).toBe('GetTelemetrySubscriptions')
      await stage.clock.advance(MINUTE)
      expect(stage.value(total)).toBe(1)
      await stage.close()
    },
  )

  test('TEL-06: a push above telemetry.max.bytes is refused by the cluster', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE, maxBytes: 10 })
    await stage.send()
    await stage.clock.advance(2 * MINUTE)
    expect(stage.pushes).toEqual([])
    expect(stage.requests().map(({ name }) => name)).toContain('PushTelemetry')
    await stage.close()
  })

  test.each(['INVALID_REQUEST', 'INVALID_RECORD', 'UNSUPPORTED_VERSION', 'UNKNOWN_SERVER_ERROR'])(
    'TEL-06: after %s there is no more telemetry',
    async (error) => {
      const stage = new Stage({ pushIntervalMs: MINUTE })
      await stage.send()
      stage.cluster.intercept('PushTelemetry', { error }, { times: 1 })
      await stage.clock.advance(30 * MINUTE)
      await stage.close()
      expect(stage.requests().map(({ name }) => name)).toEqual(['GetTelemetrySubscriptions', 'PushTelemetry'])
    },
  )

  test.each(['UNKNOWN_SUBSCRIPTION_ID', 'UNSUPPORTED_COMPRESSION_TYPE', 'THROTTLING_QUOTA_EXCEEDED'])(
    'TEL-06: a subscription that is answered with %s is asked for again after five minutes, not at once',
    async (error) => {
      const stage = new Stage({ pushIntervalMs: MINUTE })
      stage.cluster.intercept('GetTelemetrySubscriptions', { error }, { times: 1 })
      await stage.send()
      await stage.clock.advance(4.9 * MINUTE)
      expect(stage.requests()).toHaveLength(1)
      await stage.clock.advance(0.2 * MINUTE)
      expect(stage.requests().map(({ name }) => name)).toEqual(Array(2).fill('GetTelemetrySubscriptions'))
      await stage.close()
    },
  )

  test('TEL-06: that telemetry is off is said once, as a warning with Kafka’s name of the reason', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    stage.cluster.intercept('PushTelemetry', { error: 'INVALID_RECORD' })
    await stage.send()
    await stage.clock.advance(10 * MINUTE)
    await stage.close()
    expect(stage.logged).toEqual(['client telemetry is off: it was refused, or cannot be sent'])
  })

  test('TEL-06: a cluster that takes no push is not asked for ever', async () => {
    const apiVersions = { PushTelemetry: null }
    const cluster = { brokers: 1, topics: { orders: 1 }, telemetry: { pushIntervalMs: MINUTE }, apiVersions }
    const stage = new Stage({}, {}, { cluster })
    await stage.send()
    await stage.clock.advance(20 * MINUTE)
    expect(stage.requests().map(({ name }) => name)).toEqual(['GetTelemetrySubscriptions'])
    await stage.close()
  })

  test('TEL-06: without an id from the cluster nothing is pushed', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    const change = (answer: object): object => ({ ...answer, clientInstanceId: ZERO_UUID })
    stage.cluster.intercept('GetTelemetrySubscriptions', { change })
    await stage.send()
    await stage.clock.advance(10 * MINUTE)
    expect(stage.requests()).toHaveLength(1)
    await expect(stage.telemetry.clientInstanceId(10)).rejects.toMatchObject({ code: 'INVALID_STATE' })
    await stage.close()
  })

  test('requests that cost connections are sent twice, then once an interval', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    stage.cluster.intercept('GetTelemetrySubscriptions', { cutBefore: true })
    for (let second = 0; second < 4 * 60; second++) {
      await stage.send()
      await stage.clock.advance(1000)
    }
    expect(stage.requests()).toHaveLength(2)
    for (let second = 0; second < 2 * 60; second++) {
      await stage.send()
      await stage.clock.advance(1000)
    }
    expect(stage.requests()).toHaveLength(3)
    await stage.close()
  })

  test('a connection that is lost during a push costs that push alone', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    await stage.send()
    stage.cluster.intercept('PushTelemetry', { cutBefore: true }, { times: 1 })
    await stage.clock.advance(0.8 * MINUTE)
    await stage.send()
    await stage.clock.advance(3 * MINUTE)
    expect(stage.pushes.length).toBeGreaterThan(0)
    await stage.close()
  })
})

describe('close', () => {
  test('TEL-07: pushes a last time, terminating, with what happened until then', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    await stage.send()
    await stage.close()
    expect(stage.pushes.map(({ terminating }) => terminating)).toEqual([true])
    expect(stage.value(total)).toBe(1)
    await stage.clock.runUntilIdle()
    expect(stage.clock.pending).toBe(0)
  })

  test('TEL-07: pushes nothing without a subscription', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    stage.cluster.intercept('GetTelemetrySubscriptions', { error: 'INVALID_REQUEST' })
    await stage.send()
    await stage.close()
    expect(stage.requests().map(({ name }) => name)).toEqual(['GetTelemetrySubscriptions'])
  })

  test('TEL-07: waits for a push on its way, so that nothing is told twice', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    await stage.send()
    stage.cluster.intercept('PushTelemetry', { delayAfterMs: 500 }, { times: 1 })
    await stage.clock.advance(0.75 * MINUTE + 100)
    expect(stage.pushes).toHaveLength(1)
    await stage.close()
    expect(stage.pushes.map(({ terminating }) => terminating)).toEqual([false, true])
    const totals = stage.pushes.map((push) => stage.metrics(push).find(({ name }) => name === total))
    expect(totals.map((metric) => metric?.points[0]?.value)).toEqual([1, 0])
  })

  test('TEL-07: a cluster that has refused telemetry gets no last push', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    await stage.send()
    stage.cluster.intercept('PushTelemetry', { error: 'INVALID_REQUEST', delayAfterMs: 500 })
    await stage.clock.advance(0.75 * MINUTE + 100)
    await stage.close()
    expect(stage.requests().filter(({ name }) => name === 'PushTelemetry')).toHaveLength(1)
  })

  test('TEL-07: takes no longer than its own time when the answer does not come', async () => {
    const stage = new Stage({ pushIntervalMs: MINUTE })
    await stage.send()
    stage.cluster.intercept('PushTelemetry', { drop: true })
    const before = stage.clock.now()
    await stage.close(700)
    expect(stage.clock.now() - before).toBe(700)
    await stage.clock.runUntilIdle()
    expect(stage.clock.pending).toBe(0)
  })
})

describe('clientInstanceId', () => {
  test('TEL-08: waits for the id, for a time', async () => {
    const stage = new Stage()
    const waiting = stage.telemetry.clientInstanceId(1000)
    const inVain = stage.telemetry.clientInstanceId(0)
    const reason = inVain.catch((error: unknown) => error)
    await stage.clock.advance(1)
    expect(await reason).toMatchObject({ code: 'REQUEST_TIMED_OUT', retriable: true })
    await stage.send()
    expect(await stage.clock.runUntil(waiting)).toBe(await stage.telemetry.clientInstanceId(0))
    await stage.close()
  })

  test('TEL-08: refuses a time that cannot be, and tells when there will be no id', async () => {
    await expect(clientTelemetry().clientInstanceId(10)).rejects.toMatchObject({ code: 'INVALID_STATE' })
    const stage = new Stage()
    await expect(stage.telemetry.clientInstanceId(-1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    stage.cluster.intercept('GetTelemetrySubscriptions', { error: 'INVALID_REQUEST' })
    const waiting = stage.telemetry.clientInstanceId(60_000).catch((error: unknown) => error)
    await stage.send()
    expect(await stage.clock.runUntil(waiting)).toMatchObject({ code: 'INVALID_STATE' })
    await expect(stage.telemetry.clientInstanceId(10)).rejects.toMatchObject({ code: 'INVALID_STATE' })
    await stage.close()
  })

  test('one plugin is for one producer', () => {
    const stage = new Stage()
    expect(() => new Stage({}, {}, { hooks: [stage.telemetry] })).toThrow(
      'hooks: expected a clientTelemetry() of its own for each producer',
    )
  })
})

describe('metrics of the application', () => {
  const metric = (group: string, name: string, tags: Record<string, string>, value: () => number): Metric => ({
    name,
    group,
    tags,
    description: '',
    value,
  })
  const open = metric('shop-metrics', 'orders-open', {}, () => 7)

  test.each([{ 'client-id': 'billing' }, {}] as Record<string, string>[])(
    'TEL-09: they go along, and cannot take the place of the producer’s (tags %j)',
    async (tags) => {
      const applicationMetrics = (): Metric[] => [
        metric('producer-metrics', 'record-send-total', tags, () => 999),
        open,
      ]
      const stage = new Stage({ pushIntervalMs: MINUTE }, { applicationMetrics })
      await stage.send()
      await stage.clock.advance(MINUTE)
      const sent = stage.metrics().filter(({ name }) => name === total)
      expect(sent.map(({ points }) => points.map(({ value }) => value))).toEqual([[1]])
      expect(stage.value('org.apache.kafka.shop.orders.open')).toBe(7)
      expect(stage.logged).toEqual([])
      await stage.close()
    },
  )

  const broken = metric('shop-metrics', 'broken', {}, () => {
    throw new Error('broken')
  })

  test.each([
    ['one that throws is left out', () => [broken, open], 7, 'a metric of the application threw and is not pushed'],
    [
      'asking for them may throw',
      () => {
        throw new Error('broken')
      },
      undefined,
      'applicationMetrics of client telemetry threw',
    ],
  ])('%s, and the producer’s are pushed all the same', async (_what, applicationMetrics, value, logged) => {
    const stage = new Stage({ pushIntervalMs: MINUTE }, { applicationMetrics })
    await stage.send()
    await stage.clock.advance(MINUTE)
    expect(stage.value(total)).toBe(1)
    expect(stage.value('org.apache.kafka.shop.orders.open')).toBe(value)
    expect(stage.logged).toEqual([logged])
    await stage.close()
  })
})

test('telemetry keeps no process alive: its timer is in the background', async () => {
  const stage = new Stage({ pushIntervalMs: MINUTE })
  await stage.send()
  const before = stage.clock.now()
  // Runs until nothing is left but what is in the background.
  await stage.clock.runUntilIdle()
  expect(stage.clock.now() - before).toBeLessThan(MINUTE / 2)
  await stage.close()
})
