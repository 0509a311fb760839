// @confluentinc/kafka-javascript, which is librdkafka under Node: `single`, `batch`, both with promises, and `callback`,
// its older interface. Figures include librdkafka's threads.
import { drive } from '../../src/driver/drive.mjs'
import { load } from '../node/load.mjs'
import { inBatches, oneByOne } from '../node/senders.mjs'

/** @typedef {import('../../src/driver/flags.mjs').DriverFlags} DriverFlags */

await drive(process.argv.slice(2), ['single', 'batch', 'callback'], async (flags, payloads, tally) => {
  const { library, version } = await load('@confluentinc/kafka-javascript', 'confluent')
  const confluent = library.default ?? library
  const peer = flags.mode === 'single' ? 'confluent' : `confluent:${flags.mode}`
  if (flags.mode === 'callback') return { peer, version, ...(await byCallback(confluent, flags, payloads, tally)) }
  const producer = new confluent.KafkaJS.Kafka({ ...settingsOf(flags) }).producer()
  await producer.connect()
  /** @type {import('../node/senders.mjs').SendMany} */
  const sendMany = (messages) => producer.send({ topic: flags.topic, messages })
  const how =
    flags.mode === 'batch'
      ? inBatches(flags.batchRecords, sendMany, payloads, tally)
      : oneByOne(sendMany, payloads, tally)
  return { peer, version, ...how, close: () => producer.disconnect() }
})

/** @param {DriverFlags} flags */
function settingsOf(flags) {
  return {
    'bootstrap.servers': flags.bootstrap,
    acks: flags.acks === 'all' ? -1 : flags.acks,
    'enable.idempotence': flags.idempotent,
    'compression.codec': flags.codec,
    'linger.ms': flags.lingerMs,
    'batch.size': flags.batchBytes,
    'max.in.flight.requests.per.connection': flags.maxInflight,
  }
}

/**
 * @param {any} confluent
 * @param {DriverFlags} flags
 * @param {import('../../src/driver/payloads.mjs').Payloads} payloads
 * @param {import('../../src/driver/tally.mjs').Tally} tally
 */
async function byCallback(confluent, flags, { values, keys }, tally) {
  const producer = new confluent.Producer({ ...settingsOf(flags), dr_cb: true })
  const connected = new Promise((resolve, reject) => producer.once('ready', resolve).once('event.error', reject))
  producer.connect()
  await connected
  producer.setPollInterval(5)
  producer.on('delivery-report', (/** @type {Error | null} */ error, /** @type {{ opaque: number }} */ report) => {
    if (error) tally.onFailed(error)
    else if (report.opaque > 0) tally.onAckedSince(report.opaque)()
    else tally.onAcked()
  })
  return {
    send(/** @type {number} */ index, /** @type {boolean} */ timed) {
      const at = index % values.length
      try {
        producer.produce(flags.topic, null, values[at], keys?.[at] ?? null, null, timed ? performance.now() : 0)
      } catch (error) {
        if (/** @type {{ code?: number }} */ (error).code === confluent.CODES.ERRORS.ERR__QUEUE_FULL) return false
        throw error
      }
      tally.accepted++
      tally.outstanding++
      return true
    },
    ready: () => new Promise((/** @type {(value: void) => void} */ resolve) => setTimeout(resolve, 1)),
    close: () => new Promise((resolve) => producer.disconnect(resolve)),
  }
}
