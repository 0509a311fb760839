// The application of the other trials: records for some partitions, each set of them (a lane) with a window of its own.
import { setTimeout as sleep } from 'node:timers/promises'
import { createProducer } from 'posthorn'
import { makePayloads } from '../driver/payloads.mjs'
import { serve } from './processes.mjs'

/**
 * @typedef {object} Lane
 * @property {readonly string[]} topics
 * @property {readonly number[]} partitions of each of them
 * @property {number} window most records without an outcome
 */

/** @typedef {{ do: 'start', bootstrap: string, options: object, topics: readonly string[] }
 *   | { do: 'leaders', topic: string }
 *   | { do: 'run', lanes: readonly Lane[], ms: number }
 *   | { do: 'send', lane: Lane, records: number }
 *   | { do: 'idle', ms: number }} Order */

const { values } = makePayloads(100, 0, 'random')

/** @type {import('../driver/senders.mjs').Producer | undefined} */
let made
const producer = () => /** @type {import('../driver/senders.mjs').Producer} */ (made)

serve(async (/** @type {Order} */ order) => {
  switch (order.do) {
    case 'start':
      made = createProducer({ ...order.options, bootstrapServers: order.bootstrap, clientId: 'posthorn-bench' })
      for (const topic of order.topics) await producer().partitionsFor(topic)
      return {}
    case 'leaders':
      return { leaders: (await producer().partitionsFor(order.topic)).map(({ leader }) => leader) }
    case 'run':
      return run(order.lanes, order.ms)
    case 'send':
      return send(order.lane, order.records)
    case 'idle': {
      const before = process.cpuUsage()
      await sleep(order.ms)
      return { cpuMs: cpuMs(before) }
    }
  }
})

/**
 * Sends along all lanes for so long; what is on its way at the end is not waited for.
 *
 * @param {readonly Lane[]} lanes
 * @param {number} ms
 */
async function run(lanes, ms) {
  const before = process.cpuUsage()
  const start = performance.now()
  let over = false
  const acknowledged = lanes.map((lane) => drive(lane, () => over))
  await sleep(ms)
  over = true
  const seconds = (performance.now() - start) / 1000
  const cpu = cpuMs(before)
  const counts = acknowledged.map((count) => count())
  return { seconds, cpuMs: cpu, acknowledged: counts, perSecond: counts.map((count) => Math.round(count / seconds)) }
}

/**
 * Sends so many records, and waits for all of them.
 *
 * @param {Lane} lane
 * @param {number} records
 */
async function send(lane, records) {
  const before = process.cpuUsage()
  const acknowledged = drive(lane, (sent) => sent >= records)
  while (acknowledged() < records) await sleep(5)
  return { cpuUsPerRecord: (cpuMs(before) * 1000) / records }
}

/**
 * @param {Lane} lane
 * @param {(sent: number) => boolean} isOver
 * @returns {() => number} how many were acknowledged so far
 */
function drive({ topics, partitions, window }, isOver) {
  let sent = 0
  let outstanding = 0
  let acknowledged = 0
  let filling = false
  const fill = () => {
    // A callback may come from within `trySend`.
    if (filling) return
    filling = true
    while (outstanding < window && !isOver(sent)) {
      const topic = /** @type {string} */ (topics[sent % topics.length])
      const partition = /** @type {number} */ (partitions[Math.floor(sent / topics.length) % partitions.length])
      const value = /** @type {Uint8Array} */ (values[sent % values.length])
      if (!producer().trySend({ topic, partition, value }, onDelivery)) {
        producer()
          .ready()
          .then(fill, () => {})
        break
      }
      sent++
      outstanding++
    }
    filling = false
  }
  /** @param {Error | null} error */
  const onDelivery = (error) => {
    outstanding--
    if (error === null) acknowledged++
    // A quarter of the window at a time.
    if (outstanding <= window * 0.75) fill()
  }
  fill()
  return () => acknowledged
}

/** @param {NodeJS.CpuUsage} before */
function cpuMs(before) {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
