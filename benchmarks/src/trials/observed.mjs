// The application of the trial `hooks`: sends with a producer that something watches.
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
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

/** What requests run in, by how many of a hundred are recorded. */
const requests = new Map([0, 1, 100].map((recorded) => [recorded, makeRequests(recorded)]))

serve(async (/** @type {Order} */ order) => {
  if (order.do === 'collect') return collect()
  if (order.do === 'send') return send(order.records, order.recorded)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
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
 *   | { do: 'send', records: number, recorded: number | null } | { do: 'collect' }} Order
 */

/**
 * Sends so many records, and waits for all of them.
 *
 * @param {number} records
 * @param {number | null} recorded of a hundred requests, each of which sends ten records; `null`: outside of any request
 */
async function send(records, recorded) {
  const before = process.cpuUsage()
  let sent = 0
  let acknowledged = 0
  /** @type {(() => void) | null} */
  let wake = null
  const onDelivery = (/** @type {Error | null} */ error) => {
    if (error !== null) throw error
    acknowledged++
    if (wake !== null && sent - acknowledged <= WINDOW / 2) {
      wake()
      wake = null
    }
  }
  const sendSome = () => {
    for (let i = 0; i < PER_REQUEST; i++) {
      const value = /** @type {Uint8Array} */ (values[sent % values.length])
      if (!producer().trySend({ topic: 'bench', value }, onDelivery)) throw new Error('there was no room')
      sent++
    }
  }
  const contexts = recorded === null ? undefined : requests.get(recorded)
  for (let request = 0; sent < records; request++) {
    if (contexts === undefined) sendSome()
    else {
      context.with(/** @type {import('@opentelemetry/api').Context} */ (contexts[request % contexts.length]), sendSome)
    }
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
