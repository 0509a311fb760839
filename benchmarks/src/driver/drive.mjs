import { parseFlags } from './flags.mjs'
import { makePayloads } from './payloads.mjs'
import { runPhase } from './phase.mjs'
import { finishedReport, stalledReport } from './report.mjs'
import { Tally } from './tally.mjs'

/** @typedef {import('./flags.mjs').DriverFlags} DriverFlags */
/** @typedef {import('./payloads.mjs').Payloads} Payloads */

/**
 * A client under way, as a driver sees it.
 *
 * @typedef {object} Client
 * @property {string} peer
 * @property {string} version
 * @property {SendOne} send
 * @property {() => Promise<void>} [ready] resolves when it makes sense to try again after `send` took nothing
 * @property {() => void} [flush] sends what `send` has only gathered
 * @property {() => Promise<unknown>} close
 */

/**
 * Sends one record; false when the client has no room and took nothing. `timed` asks for its latency.
 *
 * @typedef {(index: number, timed: boolean) => boolean} SendOne
 */

/**
 * Runs a driver to its end: one line of JSON on standard output.
 *
 * @param {readonly string[]} argv
 * @param {readonly [string, ...string[]]} modes the default first
 * @param {(flags: DriverFlags, payloads: Payloads, tally: Tally) => Promise<Client>} connect
 */
export async function drive(argv, modes, connect) {
  const flags = parseFlags(argv, modes)
  const tally = new Tally()
  const client = await connect(flags, makePayloads(flags.valueSize, flags.keySize, flags.payload), tally)
  const identity = { peer: client.peer, version: client.version }
  if (flags.stallSeconds > 0) {
    setTimeout(() => {
      print(stalledReport(identity, tally))
      process.exit(0)
    }, flags.stallSeconds * 1000)
  }
  const timing = await measure(flags, client, tally)
  await client.close()
  print(finishedReport(identity, flags, tally, timing))
}

/**
 * @param {DriverFlags} flags
 * @param {Client} client
 * @param {Tally} tally
 * @returns {Promise<import('./report.mjs').Timing>}
 */
async function measure({ records, warmup: cold, rate, window, maxSeconds, stallSeconds }, client, tally) {
  const maxMs = maxSeconds === 0 ? Number.POSITIVE_INFINITY : maxSeconds * 1000

  const timeEvery = rate > 0 ? 1 : 10
  // Timed as well, or V8 would compile everything anew at the first record that is.
  const before = { from: 0, records: cold, rate: 0, window, limitMs: maxMs / 2, heedless: false, timeEvery }
  const warmup = await runPhase(before, client, tally)
  const warmupErrors = tally.errors
  tally.restart()

  const timed = { from: warmup, records, rate, window, limitMs: maxMs, heedless: stallSeconds > 0, timeEvery }
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  const sent = await runPhase(timed, client, tally)
  const seconds = (performance.now() - start) / 1000
  return { warmup, warmupErrors, sent, seconds, cpu: process.cpuUsage(cpuBefore) }
}

/** @param {Record<string, unknown>} line */
function print(line) {
  console.log(JSON.stringify(line))
}
