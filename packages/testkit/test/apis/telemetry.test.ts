import type { GetTelemetrySubscriptionsResponse, PushTelemetryRequest } from '@posthorn/protocol'
import { apiVersions, ErrorCode, getTelemetrySubscriptions, pushTelemetry, ZERO_UUID } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { type Cluster, createCluster, VirtualClock } from '../../src/index.ts'
import { TestClient } from '../support/client.ts'

const metrics = new Uint8Array([1, 2, 3])

interface Told {
  readonly clock: VirtualClock
  readonly cluster: Cluster
  readonly first: GetTelemetrySubscriptionsResponse
  ask(clientInstanceId: string): Promise<GetTelemetrySubscriptionsResponse>
  /** Kafka's error number. */
  push(more?: Partial<PushTelemetryRequest>): Promise<number>
}

/** A client that has asked for its subscription. */
async function subscribed(): Promise<Told> {
  const clock = new VirtualClock()
  const telemetry = { metrics: ['a.'], pushIntervalMs: 1000, maxBytes: 3 }
  const cluster = createCluster({ clock, telemetry, historyLimit: 5 })
  const client = await clock.runUntil(new TestClient().connect(cluster))
  const ask = (clientInstanceId: string): Promise<GetTelemetrySubscriptionsResponse> =>
    clock.runUntil(client.request(getTelemetrySubscriptions, { clientInstanceId }, 0))
  const first = await ask(ZERO_UUID)
  const { clientInstanceId, subscriptionId } = first
  const push = async (more: Partial<PushTelemetryRequest> = {}): Promise<number> => {
    const request = { clientInstanceId, subscriptionId, terminating: false, compressionType: 0, metrics, ...more }
    return (await clock.runUntil(client.request(pushTelemetry, request, 0))).errorCode
  }
  return { clock, cluster, first, ask, push }
}

it('names a client that comes without an id, and tells what is wanted of it', async () => {
  const { first } = await subscribed()
  expect(first).toMatchObject({
    errorCode: ErrorCode.NONE,
    acceptedCompressionTypes: [4, 3, 1, 2],
    pushIntervalMs: 1000,
    telemetryMaxBytes: 3,
    deltaTemporality: true,
    requestedMetrics: ['a.'],
  })
  expect(first.clientInstanceId).not.toBe(ZERO_UUID)
})

it('keeps pushes, one for each interval, and refuses earlier ones and earlier questions', async () => {
  const { clock, cluster, ask, push, first } = await subscribed()
  expect(await push()).toBe(ErrorCode.NONE)
  expect(await push()).toBe(ErrorCode.THROTTLING_QUOTA_EXCEEDED)
  expect((await ask(first.clientInstanceId)).errorCode).toBe(ErrorCode.THROTTLING_QUOTA_EXCEEDED)
  await clock.advance(1000)
  expect(await push()).toBe(ErrorCode.NONE)
  expect(cluster.telemetry.map(({ terminating, metrics: got }) => [terminating, [...got]])).toEqual([
    [false, [1, 2, 3]],
    [false, [1, 2, 3]],
  ])
})

it('keeps no more pushes than its history is long', async () => {
  const { clock, cluster, push } = await subscribed()
  for (let turn = 0; turn < 7; turn++) {
    expect(await push({ metrics: new Uint8Array([turn]) })).toBe(ErrorCode.NONE)
    await clock.advance(1000)
  }
  expect(cluster.telemetry.map((kept) => kept.metrics[0])).toEqual([2, 3, 4, 5, 6])
})

it('takes one terminating push at any time, and nothing after it', async () => {
  const { push } = await subscribed()
  expect(await push()).toBe(ErrorCode.NONE)
  expect(await push({ terminating: true })).toBe(ErrorCode.NONE)
  expect(await push({ terminating: true })).toBe(ErrorCode.INVALID_REQUEST)
})

it('refuses an old subscription, a codec that it does not take, and too much; then it may be asked at once', async () => {
  const { cluster, push, ask, first } = await subscribed()
  cluster.subscribeTelemetry({ maxBytes: 2, acceptedCompressionTypes: [1] })
  expect(await push()).toBe(ErrorCode.UNKNOWN_SUBSCRIPTION_ID)
  const { subscriptionId } = await ask(first.clientInstanceId)
  expect(await push({ subscriptionId, compressionType: 4 })).toBe(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
  await ask(first.clientInstanceId)
  expect(await push({ subscriptionId, compressionType: 1 })).toBe(ErrorCode.TELEMETRY_TOO_LARGE)
})

it('does not know a client that has never asked', async () => {
  const { push } = await subscribed()
  expect(await push({ clientInstanceId: 'AQAAAAAAAAAAAAAAAAAAAA' })).toBe(ErrorCode.INVALID_REQUEST)
})

it('serves none of it without the option', async () => {
  const cluster = createCluster()
  const client = await new TestClient().connect(cluster)
  const { apiKeys } = await client.request(
    apiVersions,
    { clientSoftwareName: '', clientSoftwareVersion: '', clusterId: null, nodeId: -1 },
    0,
  )
  expect(apiKeys.map(({ apiKey }) => apiKey)).not.toContain(getTelemetrySubscriptions.key)
  expect(() => cluster.subscribeTelemetry({})).toThrow('the cluster was made without the option telemetry')
})
