// The application of the trial `hooks`: sends with a producer that something watches.
import { context, propagation } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { nativeChecksum } from '@posthorn/checksum-native'
import { createProducer } from '@posthorn/core'
import { idempotence } from '@posthorn/idempotence'
import { murmur2Sticky } from '@posthorn/partitioners'
import { tcp } from '@posthorn/transport-tcp'
import { makePayloads } from '../driver/payloads.mjs'
import { HeldBroker } from '../micro/heldBroker.mjs'
import { makeObserver, makeRequests } from './observers.mjs'
import { serve } from './processes.mjs'

/** Records that one request of the application sends. */
const PER_REQUEST = 10

/** Most records without an outcome. */
const WINDOW = 10_000

const { values } = makePayloads(100, 0, 'random')

/** @type {import('@posthorn/core').Producer<any, any> | undefined} */
let made
const producer = () => /** @type {import('@posthorn/core').Producer<any, any>} */ (made)

/** @type {import('./observers.mjs').Observer} */
let observer = {}

/** What begins requests, by how many of a hundred are recorded. */
const requests = new Map([0, 1, 100].map((recorded) => [recorded, makeRequests(recorded)]))

serve(async (/** @type {Order} */ order) => {
  if (order.do === 'collect') return collect()
  if (order.do === 'send') return send(order)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  observer = makeObserver(order.options.observer)
  const { hooks = [], interceptors = [] } = observer
  const { bootstrap, batchSize } = order.options
  made = createProducer({
    bootstrapServers: [bootstrap ?? 'held:9092'],
    transport: bootstrap === null ? () => new HeldBroker(6, false) : tcp(),
    partitioner: murmur2Sticky(),
    checksum: nativeChecksum(),
    delivery: idempotence(),
    lingerMs: 5,
    batchSize,
    hooks,
    interceptors,
  })
  await made.partitionsFor('bench')
  return {}
})

/**
 * @typedef {{ do: 'start', options: { observer: string, batchSize: number, bootstrap: string | null } }
 *   | SendOrder | { do: 'collect' }} Order
 */

/**
 * @typedef {object} SendOrder
 * @property {'send'} do
 * @property {number} records
 * @property {number | null} recorded of a hundred requests, each of which sends ten records; `null`: outside of any request
 * @property {boolean} promises by `send`, which gives a promise for each; else by `trySend`, with one callback for all
 */

/**
 * Sends so many records, and waits for all of them.
 *
 * @param {SendOrder} order
 */
async function send({ records, recorded, promises }) {
  const before = process.cpuUsage()
  let sent = 0
  let acknowledged = 0
  /** @type {(() => void) | null} */
  let wake = null
  const onStored = () => {
    acknowledged++
    if (wake !== null && sent - acknowledged <= WINDOW / 2) {
      wake()
      wake = null
    }
  }
  const onDelivery = (/** @type {Error | null} */ error) => {
    if (error !== null) throw error
    onStored()
  }
  const sendSome = () => {
    for (let i = 0; i < PER_REQUEST; i++) {
      const value = /** @type {Uint8Array} */ (values[sent % values.length])
      // What fails ends the process, as a rejection that nobody handles.
      if (promises) void producer().send({ topic: 'bench', value }).then(onStored)
      else if (!producer().trySend({ topic: 'bench', value }, onDelivery)) throw new Error('there was no room')
      sent++
    }
  }
  const begin = recorded === null ? undefined : requests.get(recorded)
  while (sent < records) {
    if (begin === undefined) sendSome()
    else context.with(begin(), sendSome)
    if (sent - acknowledged >= WINDOW) {
      await new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
        wake = resolve
      })
    }
  }
  await producer().flush()
  if (acknowledged !== records) throw new Error(`${records - acknowledged} records have no outcome`)
  const { user, system } = process.cpuUsage(before)
  return { records, cpuUs: user + system }
}

/** One collection of metrics, where there are any. */
async function collect() {
  const { collect } = observer
  if (collect === undefined) return { cpuUs: null }
  for (let i = 0; i < 20; i++) await collect()
  const before = process.cpuUsage()
  for (let i = 0; i < 20; i++) await collect()
  const { user, system } = process.cpuUsage(before)
  return { cpuUs: (user + system) / 20 }
}
