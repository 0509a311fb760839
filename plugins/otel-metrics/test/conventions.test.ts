import { ATTR_ERROR_TYPE, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT } from '@opentelemetry/semantic-conventions'
import {
  ATTR_MESSAGING_DESTINATION_NAME,
  ATTR_MESSAGING_DESTINATION_PARTITION_ID,
  ATTR_MESSAGING_OPERATION_NAME,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_MESSAGING_SYSTEM,
  ATTR_MESSAGING_SYSTEM_NAME,
  MESSAGING_OPERATION_TYPE_VALUE_SEND,
  MESSAGING_SYSTEM_NAME_VALUE_KAFKA,
  METRIC_MESSAGING_CLIENT_OPERATION_DURATION,
  METRIC_MESSAGING_CLIENT_SENT_MESSAGES,
} from '@opentelemetry/semantic-conventions/incubating'
import { describe, expect, test } from 'vitest'
import { Stage } from './support/stage.ts'

const messages = {
  [ATTR_MESSAGING_SYSTEM_NAME]: MESSAGING_SYSTEM_NAME_VALUE_KAFKA,
  [ATTR_MESSAGING_SYSTEM]: 'kafka',
  [ATTR_MESSAGING_OPERATION_NAME]: 'send',
  [ATTR_MESSAGING_DESTINATION_NAME]: 'orders',
  [ATTR_MESSAGING_DESTINATION_PARTITION_ID]: '0',
}
const operation = { ...messages, [ATTR_MESSAGING_OPERATION_TYPE]: MESSAGING_OPERATION_TYPE_VALUE_SEND }
const server = (stage: Stage, index = 0): Record<string, string | number> => {
  const [host, port] = stage.cluster.bootstrapServers[index]!.split(':')
  return { [ATTR_SERVER_ADDRESS]: host!, [ATTR_SERVER_PORT]: Number(port) }
}

describe('messaging.client.operation.duration', () => {
  test('it is a histogram in seconds with the buckets that the conventions advise', async () => {
    const stage = new Stage()
    await stage.send(1)
    const metric = await stage.metric(METRIC_MESSAGING_CLIENT_OPERATION_DURATION)
    expect(metric?.descriptor).toMatchObject({ unit: 's' })
    const [point] = await stage.durations()
    const advised = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
    expect(point?.boundaries).toEqual(advised)
  })

  test('it is the time of a batch, from its first record to its outcome, with the attributes of the conventions', async () => {
    const stage = new Stage()
    await stage.until(stage.producer.partitionsFor('orders'))
    const before = stage.clock.now()
    await stage.send(3)
    const seconds = (stage.clock.now() - before) / 1000
    // The batch lingers for 10 ms; connecting and producing take 4 ms each way.
    expect(seconds).toBeGreaterThanOrEqual(0.018)
    expect(await stage.durations()).toMatchObject([
      { attributes: { ...operation, ...server(stage) }, count: 1, sum: expect.closeTo(seconds, 6) as number },
    ])
  })

  test('a failed operation has Kafka’s name of the error', async () => {
    const stage = new Stage()
    stage.cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { times: 1 })
    await stage.send(2)
    await stage.send(1)
    const durations = await stage.durations()
    expect(durations.map(({ attributes, count }) => [attributes[ATTR_ERROR_TYPE], count])).toEqual([
      ['TOPIC_AUTHORIZATION_FAILED', 1],
      [undefined, 1],
    ])
    expect(durations[0]?.attributes).toEqual({
      ...operation,
      ...server(stage),
      [ATTR_ERROR_TYPE]: 'TOPIC_AUTHORIZATION_FAILED',
    })
  })

  test('an error that a retry mended is no error', async () => {
    const stage = new Stage()
    stage.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 2 })
    await stage.send(1)
    expect((await stage.durations()).map(({ attributes, count }) => [attributes[ATTR_ERROR_TYPE], count])).toEqual([
      [undefined, 1],
    ])
  })
})

describe('messaging.client.sent.messages', () => {
  test('it counts messages by partition, and has no operation type', async () => {
    const stage = new Stage()
    await stage.send(3)
    await stage.send(4)
    await stage.send(2, 1)
    const metric = await stage.metric(METRIC_MESSAGING_CLIENT_SENT_MESSAGES)
    expect(metric).toMatchObject({ isMonotonic: true, descriptor: { unit: '{message}' } })
    expect(await stage.points(METRIC_MESSAGING_CLIENT_SENT_MESSAGES)).toEqual([
      { attributes: { ...messages, ...server(stage) }, value: 7 },
      { attributes: { ...messages, ...server(stage, 1), [ATTR_MESSAGING_DESTINATION_PARTITION_ID]: '1' }, value: 2 },
    ])
  })

  test('it counts no message that was not sent yet, nor one that expired before it was sent', async () => {
    const stage = new Stage({}, { deliveryTimeoutMs: 5000, requestTimeoutMs: 1000 })
    await stage.send(1)
    stage.cluster.pauseBroker(0)
    stage.cluster.cutConnections()
    for (let i = 0; i < 5; i++) stage.producer.trySend({ topic: 'orders', partition: 0, value: 'lost' })
    const total = async (): Promise<number> =>
      (await stage.points(METRIC_MESSAGING_CLIENT_SENT_MESSAGES)).reduce((sum, { value }) => sum + value, 0)
    await stage.clock.advance(3000)
    expect(await total()).toBe(1)
    await stage.until(stage.producer.flush())
    expect(await total()).toBe(1)
    expect((await stage.durations()).map(({ attributes }) => attributes[ATTR_ERROR_TYPE])).toEqual([
      undefined,
      'DELIVERY_TIMEOUT',
    ])
  })

  test('a message that was sent and refused counts, with its error', async () => {
    const stage = new Stage()
    stage.cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    await stage.send(2)
    expect(await stage.points(METRIC_MESSAGING_CLIENT_SENT_MESSAGES)).toEqual([
      { attributes: { ...messages, ...server(stage), [ATTR_ERROR_TYPE]: 'INVALID_RECORD' }, value: 2 },
    ])
  })

  test('a message that was sent several times counts once', async () => {
    const stage = new Stage()
    stage.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 3 })
    await stage.send(2)
    expect((await stage.points(METRIC_MESSAGING_CLIENT_SENT_MESSAGES)).map(({ value }) => value)).toEqual([2])
  })
})

test('what was sent since the last collection is counted when the producer closes', async () => {
  const stage = new Stage()
  await stage.send(3)
  const before = await stage.points(METRIC_MESSAGING_CLIENT_SENT_MESSAGES)
  await stage.send(4)
  await stage.until(stage.producer.close())
  const after = await stage.points(METRIC_MESSAGING_CLIENT_SENT_MESSAGES)
  expect([before, after].map((points) => points.map(({ value }) => value))).toEqual([[3], [7]])
})

test('two producers that send to one partition add up', async () => {
  const stage = new Stage()
  const other = new Stage({}, { clientId: 'shipping' }, { meterProvider: stage.meterProvider })
  await stage.send(1)
  await other.send(2)
  const ports = [stage, other].map((of) => server(of)[ATTR_SERVER_PORT])
  const counted = (await stage.points(METRIC_MESSAGING_CLIENT_SENT_MESSAGES)).map(({ value }) => value)
  expect(counted).toEqual(ports[0] === ports[1] ? [3] : [1, 2])
})

test('a partition that moves is measured under the broker that leads it now', async () => {
  const stage = new Stage()
  await stage.send(1)
  stage.cluster.moveLeader('orders', 0, 1)
  await stage.send(1)
  const points = await stage.points(METRIC_MESSAGING_CLIENT_SENT_MESSAGES)
  expect(points.map(({ attributes }) => attributes[ATTR_SERVER_PORT])).toEqual([
    server(stage, 0)[ATTR_SERVER_PORT],
    server(stage, 1)[ATTR_SERVER_PORT],
  ])
})
