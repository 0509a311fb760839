import { startProcess } from './processes.mjs'

const silences = /** @type {const} */ (['no answer to Produce', 'no answer at all'])
const modes = /** @type {const} */ (['send', 'trySend'])

/**
 * @typedef {object} Settings
 * @property {number} records
 * @property {number} rounds
 * @property {number} bufferMemory
 * @property {number} deliveryTimeoutMs
 * @property {number} maxBlockMs
 * @property {number} heapMb what V8 may use for what lives long; 0: as much as it likes
 */

/** @param {Settings} settings */
export async function runMemory(settings) {
  const runs = []
  for (let round = 0; round < settings.rounds; round++) {
    for (const silence of silences) {
      for (const mode of modes) {
        const run = await runOnce(settings, silence, mode)
        const { peakMb, refused, mostOutstanding } = run
        process.stderr.write(`${mode}, ${silence}: peak ${peakMb} MB, ${mostOutstanding} held, ${refused} refused\n`)
        runs.push({ round, silence, mode, ...run })
      }
    }
  }
  return runs
}

/**
 * @param {Settings} settings
 * @param {(typeof silences)[number]} silence
 * @param {(typeof modes)[number]} mode
 */
async function runOnce({ records, bufferMemory, deliveryTimeoutMs, maxBlockMs, heapMb }, silence, mode) {
  const brokers = startProcess('brokers.mjs')
  const application = startProcess('heedless.mjs', heapMb > 0 ? [`--max-old-space-size=${heapMb}`] : [])
  try {
    const { bootstrap } = await brokers.ask({ do: 'start', brokers: 1, topics: ['bench'], partitions: 6 })
    if (silence === 'no answer at all') await brokers.ask({ do: 'pause', broker: 0 })
    else await brokers.ask({ do: 'drop', api: 'Produce' })
    const requestTimeoutMs = deliveryTimeoutMs / 2
    const options = { bufferMemory, batchSize: 65_536, deliveryTimeoutMs, requestTimeoutMs, maxBlockMs }
    return await application.ask({ bootstrap: bootstrap[0], mode, records, valueSize: 100, options })
  } finally {
    await Promise.all([application.stop(), brokers.stop()])
  }
}
