// An application that sends by a producer of its own thread, or by one of another thread behind shared memory.
import { Worker } from 'node:worker_threads'
import { createProducer } from 'posthorn'
import { makePayloads } from '../driver/payloads.mjs'
import { serve } from './processes.mjs'
import { Ring } from './ring.mjs'

/** @typedef {{ threaded: boolean, json: boolean }} Manner what the application is told beside the producer's options */
/** @typedef {(value: Uint8Array) => Promise<unknown> | null} Send null: nothing was taken, and there is a wait */
/** @typedef {{ send: Send, wait: () => Promise<unknown>, pushed: () => void }} Way */

const RECORDS_MEMORY = 8 * 1024 * 1024
const OUTCOMES_MEMORY = 1024 * 1024
/** Most records without an outcome; their outcomes fit into the memory for those. */
const WINDOW = 10_000

/** @type {Way | undefined} */
let made
/** @type {readonly Uint8Array[]} */
let values = []

serve(async (order) => {
  if (order.do === 'start') {
    const { threaded, json, ...rest } = order.options
    const options = { ...rest, bootstrapServers: order.bootstrap, clientId: 'posthorn-bench' }
    values = (json ? makePayloads(1024, 0, 'json') : makePayloads(100, 0, 'random')).values
    made = await (threaded ? behindMemory : inThisThread)(options, order.topics[0])
    return {}
  }
  return drive(/** @type {Way} */ (made), order.records)
})

/**
 * @param {import('posthorn').ProducerOptions} options
 * @param {string} topic
 * @returns {Promise<Way>}
 */
async function inThisThread(options, topic) {
  const producer = createProducer(options)
  await producer.partitionsFor(topic)
  return { send: (value) => producer.send({ topic, value }), wait: () => producer.ready(), pushed: () => {} }
}

/**
 * @param {import('posthorn').ProducerOptions} options
 * @param {string} topic
 * @returns {Promise<Way>}
 */
async function behindMemory(options, topic) {
  const records = Ring.make(RECORDS_MEMORY)
  const outcomes = Ring.make(OUTCOMES_MEMORY)
  const workerData = { options, topic, records: records.memory, outcomes: outcomes.memory }
  const worker = new Worker(new URL('offThreadSender.mjs', import.meta.url), { workerData })
  worker.on('error', (error) => {
    throw error
  })
  /** @type {(((outcome: unknown) => void) | undefined)[]} by number, of those on their way */
  const resolves = new Array(2 * WINDOW).fill(undefined)
  let next = 0
  const answer = async () => {
    for (;;) {
      for (let bytes = outcomes.read(); bytes !== null; bytes = outcomes.read()) {
        const [id, failed, partition, offset] = new Int32Array(bytes.buffer, bytes.byteOffset, 4)
        if (failed !== 0) throw new Error(`record ${id} failed`)
        resolves[/** @type {number} */ (id) % resolves.length]?.({ topic, partition, offset })
      }
      outcomes.release()
      await outcomes.readable()
    }
  }
  void answer()
  return {
    send(value) {
      if (!records.write(value)) return null
      return new Promise((resolve) => {
        resolves[next++ % resolves.length] = resolve
      })
    },
    wait: () => records.writable(),
    pushed: () => records.publish(),
  }
}

/**
 * CPU per record, µs: of the application's thread, and of the whole process; and how many records a second.
 *
 * @param {Way} way
 * @param {number} records
 */
async function drive({ send, wait, pushed }, records) {
  const start = performance.now()
  const process0 = process.cpuUsage()
  const thread0 = process.threadCpuUsage()
  let outstanding = 0
  /** @type {(() => void) | null} */
  let wake = null
  const done = () => {
    outstanding--
    // A quarter of the window at a time.
    if (wake === null || outstanding > WINDOW * 0.75) return
    wake()
    wake = null
  }
  for (let sent = 0; sent < records;) {
    const promise = send(/** @type {Uint8Array} */ (values[sent % values.length]))
    if (promise === null) {
      pushed()
      await wait()
      continue
    }
    promise.then(done)
    outstanding++
    if (++sent % 1000 === 0) pushed()
    if (outstanding === WINDOW) {
      pushed()
      await new Promise((resolve) => {
        wake = () => resolve(undefined)
      })
    }
  }
  pushed()
  for (let i = 0; i < 10_000 && outstanding > 0; i++) await new Promise((resolve) => setTimeout(resolve, 1))
  if (outstanding > 0) throw new Error(`${outstanding} records have no outcome`)
  const micros = (/** @type {NodeJS.CpuUsage} */ { user, system }) => Number(((user + system) / records).toFixed(3))
  return {
    thread: micros(process.threadCpuUsage(thread0)),
    process: micros(process.cpuUsage(process0)),
    perSecond: Math.round((records * 1000) / (performance.now() - start)),
  }
}
