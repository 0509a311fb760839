import { createProducer } from 'posthorn'
import { parseFlags } from './flags.mjs'
import { makePayloads } from './payloads.mjs'
import { runPhase } from './phase.mjs'
import { finishedReport, stalledReport } from './report.mjs'
import { makeSender } from './senders.mjs'
import { Tally } from './tally.mjs'

/**
 * Runs the driver to its end: one line of JSON on standard output.
 *
 * @param {readonly string[]} argv
 */
export async function runDriver(argv) {
  const flags = parseFlags(argv)
  const payloads = makePayloads(flags.valueSize, flags.keySize, flags.payload)
  const tally = new Tally()
  const producer = createProducer(optionsOf(flags))
  if (flags.stallSeconds > 0) {
    setTimeout(() => {
      print(stalledReport(flags, tally))
      process.exit(0)
    }, flags.stallSeconds * 1000)
  }
  const timing = await measure(flags, producer, tally, makeSender(flags, payloads, producer, tally))
  await producer.close()
  print(finishedReport(flags, tally, timing))
}

/**
 * @param {import('./flags.mjs').DriverFlags} flags
 * @param {import('./senders.mjs').Producer} producer
 * @param {Tally} tally
 * @param {import('./senders.mjs').SendOne} send
 * @returns {Promise<import('./report.mjs').Timing>}
 */
async function measure({ records, warmup: cold, rate, window, maxSeconds, stallSeconds }, producer, tally, send) {
  const ready = () => producer.ready()
  const maxMs = maxSeconds === 0 ? Number.POSITIVE_INFINITY : maxSeconds * 1000

  const before = { from: 0, records: cold, rate: 0, window, limitMs: maxMs / 2, heedless: false, timeEvery: 0 }
  const warmup = await runPhase(before, send, ready, tally)
  const warmupErrors = tally.errors
  tally.restart()

  const timeEvery = rate > 0 ? 1 : 10
  const timed = { from: warmup, records, rate, window, limitMs: maxMs, heedless: stallSeconds > 0, timeEvery }
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  const sent = await runPhase(timed, send, ready, tally)
  const seconds = (performance.now() - start) / 1000
  return { warmup, warmupErrors, sent, seconds, cpu: process.cpuUsage(cpuBefore) }
}

/**
 * The settings that the command line names; everything else is as it is for everyone.
 *
 * @param {import('./flags.mjs').DriverFlags} flags
 * @returns {import('posthorn').ProducerOptions}
 */
function optionsOf({ bootstrap, acks, idempotent, codec, lingerMs, batchBytes, maxInflight }) {
  return {
    bootstrapServers: bootstrap,
    clientId: 'posthorn-bench',
    acks,
    // Nothing but acks=all can be idempotent; a run with other acks compares producers that are not.
    enableIdempotence: idempotent && acks === 'all',
    compression: /** @type {import('posthorn').CompressionType} */ (codec),
    lingerMs,
    batchSize: batchBytes,
    maxInFlightRequestsPerConnection: maxInflight,
  }
}

/** @param {Record<string, unknown>} line */
function print(line) {
  console.log(JSON.stringify(line))
}
