// The application that never awaits: sends records as fast as it can to a cluster that does not answer, and watches its
// own memory until every one of them has an outcome.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createProducer } from 'posthorn'
import { makePayloads } from '../driver/payloads.mjs'
import { serve } from './processes.mjs'

/** A service does other things as well; a program that never lets go of its turn cannot even be told of a refusal. */
const RECORDS_PER_TURN = 1000

const SAMPLE_MS = 100

/**
 * @typedef {object} Errand
 * @property {string} bootstrap
 * @property {'send' | 'trySend'} mode
 * @property {number} records
 * @property {number} valueSize
 * @property {import('posthorn').ProducerOptions} options
 */

/**
 * Memory in MB, and what became of how many records so far.
 *
 * @typedef {object} Sample
 * @property {number} ms
 * @property {number} rss
 * @property {number} heap
 * @property {number} buffers
 * @property {number} sent
 * @property {number} refused
 * @property {number} outstanding
 */

class Watch {
  sent = 0
  refused = 0
  outstanding = 0
  mostOutstanding = 0
  acknowledged = 0
  /** @type {Record<string, number>} */
  failed = {}
  /** @type {Sample[]} */
  samples = []
  #start = performance.now()
  #peak = 0
  #timer = setInterval(() => this.sample(), SAMPLE_MS)

  get ms() {
    return Math.round(performance.now() - this.#start)
  }

  sample() {
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
    const { ms, sent, refused, outstanding } = this
    this.mostOutstanding = Math.max(this.mostOutstanding, outstanding)
    this.#peak = Math.max(this.#peak, mb(rss))
    this.samples.push({ ms, rss: mb(rss), heap: mb(heapUsed), buffers: mb(arrayBuffers), sent, refused, outstanding })
  }

  onAcked = () => {
    this.acknowledged++
    this.outstanding--
  }

  /** @param {unknown} error */
  onFailed = (error) => {
    const { code, message } = /** @type {import('posthorn').KafkaError} */ (error)
    this.outstanding--
    if (code === 'BUFFER_EXHAUSTED' && message.startsWith('no room')) this.refused++
    else this.failed[code] = (this.failed[code] ?? 0) + 1
  }

  /** @param {unknown} error */
  onDelivery = (error) => {
    if (error === null) this.onAcked()
    else this.onFailed(error)
  }

  end() {
    clearInterval(this.#timer)
    this.sample()
    return this.#peak
  }
}

serve(async (/** @type {Errand} */ { bootstrap, mode, records, valueSize, options }) => {
  const { values } = makePayloads(valueSize, 0, 'random')
  const producer = createProducer({ ...options, bootstrapServers: bootstrap, clientId: 'posthorn-bench' })
  const watch = new Watch()
  watch.sample()
  const cpu = process.cpuUsage()
  for (let i = 0; i < records; i++) {
    const record = { topic: 'bench', value: /** @type {Uint8Array} */ (values[i % values.length]) }
    watch.sent++
    if (mode === 'send') {
      watch.outstanding++
      producer.send(record).then(watch.onAcked, watch.onFailed)
    } else if (producer.trySend(record, watch.onDelivery)) watch.outstanding++
    else watch.refused++
    if (i % RECORDS_PER_TURN === RECORDS_PER_TURN - 1) await nextTurn()
  }
  const sendingMs = watch.ms
  const { user, system } = process.cpuUsage(cpu)
  await producer.flush()
  await nextTurn()
  const settledMs = watch.ms
  watch.sample()
  await producer.close()
  const peakMb = watch.end()
  const { sent, refused, outstanding, mostOutstanding, acknowledged, failed, samples } = watch
  const counts = { sent, refused, mostOutstanding, acknowledged, failed, outstanding }
  return { ...counts, peakMb, cpuUsPerRecord: (user + system) / records, sendingMs, settledMs, samples }
})

/** @param {number} bytes */
function mb(bytes) {
  return Number((bytes / 1e6).toFixed(1))
}
