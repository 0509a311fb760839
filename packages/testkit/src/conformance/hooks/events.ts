import type {
  BatchEvent,
  BatchSettledEvent,
  ConnectionEvent,
  DisconnectEvent,
  Hooks,
  MetadataEvent,
  RequestEvent,
  ResponseEvent,
  RetryEvent,
  SplitEvent,
  ThrottleEvent,
} from '@posthorn/contracts'
import { BrokerError, ConnectionError, TimeoutError } from '@posthorn/contracts'

/** A hook that is given an event. */
export type EventHook = Exclude<keyof Hooks, 'name' | 'onStart' | 'onClosing' | 'onClose'>

const connection: ConnectionEvent = { nodeId: 1, host: 'broker-1', port: 9092 }
const bootstrap: ConnectionEvent = { nodeId: -1, host: '::1', port: 9092 }
const request: RequestEvent = { nodeId: 1, api: 'Produce', version: 13, correlationId: 7, bytes: 1234 }
const batch: BatchEvent = {
  partition: { topic: 'orders', partition: 3 },
  records: 12,
  uncompressedBytes: 4000,
  bytes: 1100,
  codec: 'gzip',
  attempts: 1,
  createdMs: 10,
  drainedMs: 15,
  nodeId: 1,
}
/** Never sent, and without a name that anybody has heard before. */
const unsent: BatchEvent = { ...batch, attempts: 0, drainedMs: 0, nodeId: -1, codec: 'none' }
const notLeader = (): BrokerError =>
  new BrokerError('NOT_LEADER_OR_FOLLOWER', 6, 'moved', { retriable: true, topic: 'orders', partition: 3 })
const lost = (): ConnectionError => new ConnectionError('NETWORK_EXCEPTION', 'lost', { retriable: true, broker: '1' })
const late = (): TimeoutError => new TimeoutError('DELIVERY_TIMEOUT', 'it took too long', { maybePersisted: true })

const connects = (): ConnectionEvent[] => [{ ...bootstrap }, { ...connection }]
const disconnects = (): DisconnectEvent[] => [
  { ...bootstrap, error: null, inFlight: 0 },
  { ...connection, error: lost(), inFlight: 5 },
]
const requests = (): RequestEvent[] => [{ ...request }, { ...request, nodeId: -1, api: 'Metadata', version: 0 }]
const responses = (): ResponseEvent[] => requests().map((it) => ({ ...it, latencyMs: 1.5 }))
const throttles = (): ThrottleEvent[] => [{ nodeId: 1, api: 'Produce', throttleTimeMs: 250 }]
const copied = <T extends BatchEvent>(event: T): T => ({ ...event, partition: { ...event.partition } })
const sealed = (): BatchEvent[] => [copied({ ...batch, attempts: 0, drainedMs: 0, nodeId: -1 })]
const settled = (): BatchSettledEvent[] => [
  copied({ ...batch, error: null, baseOffset: 42n, settledMs: 20 }),
  copied({ ...batch, attempts: 2, error: null, baseOffset: -1n, settledMs: 21 }),
  copied({ ...batch, attempts: 9, error: notLeader(), baseOffset: -1n, settledMs: 120_000 }),
  copied({ ...unsent, error: late(), baseOffset: -1n, settledMs: 120_000 }),
]
const retries = (): RetryEvent[] => [
  copied({ ...batch, error: notLeader(), backoffMs: 100 }),
  copied({ ...batch, error: lost(), backoffMs: 0 }),
]
const splits = (): SplitEvent[] => [copied({ ...batch, pieces: 2 })]
const updates = (): MetadataEvent[] => [
  { clusterId: 'a-cluster', brokers: 3, topics: ['orders'] },
  { clusterId: null, brokers: 0, topics: [] },
]

/** What a producer may tell, in an order that it may tell it in; each event is made anew. */
export const events: readonly (readonly [EventHook, () => object[]])[] = [
  ['onConnect', connects],
  ['onMetadata', updates],
  ['onBatchSealed', sealed],
  ['onRequest', requests],
  ['onResponse', responses],
  ['onThrottle', throttles],
  ['onRetry', retries],
  ['onSplit', splits],
  ['onBatchSettled', settled],
  ['onDisconnect', disconnects],
]

/** All that a producer ever calls. */
export const hookNames: ReadonlySet<string> = new Set([
  ...events.map(([hook]) => hook),
  'onStart',
  'onClosing',
  'onClose',
])
