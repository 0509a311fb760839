import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { runDriver } from './driverRun.mjs'
import { foreignCores, readProcessor } from './processor.mjs'

/**
 * One run of one peer: what its driver told, and what the harness saw.
 *
 * @typedef {Record<string, unknown> & {
 *   peer: string
 *   round: number
 *   load: number
 *   foreign_cores: number | null
 *   thrown_out: number
 *   disturbed: boolean
 *   complete: boolean
 *   failure?: string
 * }} Result
 */

/**
 * @typedef {object} Plan
 * @property {readonly import('./peers.mjs').Peer[]} peers
 * @property {Readonly<Record<string, string>>} flags of every driver
 * @property {Readonly<Record<string, string>>} brokers their shape
 * @property {() => Promise<import('./broker.mjs').Broker>} start brokers for one run
 * @property {number} rounds
 * @property {number} quiet a run is repeated if other processes took more cores than this; 0: never
 * @property {number} timeoutSeconds of one run
 * @property {(message: string) => void} tell
 */

const MOST_TRIES = 4
const PAUSE_MS = 3000

/**
 * Runs every peer once a round, each against brokers of its own. The order changes from round to round, so that no peer
 * is always the one after a busy neighbour; what the machine does besides then meets all of them.
 *
 * @param {Plan} plan
 * @returns {Promise<Result[]>}
 */
export async function runRounds(plan) {
  const { peers, rounds, tell } = plan
  const results = []
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < peers.length; i++) {
      const peer = /** @type {import('./peers.mjs').Peer} */ (peers[(i + round) % peers.length])
      const result = await runQuietly(plan, peer, round)
      results.push(result)
      const figure = result['cpu_us_per_record'] ?? result['accepted'] ?? 'nothing'
      const unit = 'cpu_us_per_record' in result ? 'µs of CPU per record' : 'records accepted'
      const busy = result.disturbed ? ', never quiet' : ''
      const note = result.failure ?? (result.complete ? '' : 'INCOMPLETE')
      tell(`round ${round + 1}, ${peer.label}: ${figure} ${unit}; others ${result.foreign_cores} cores${busy} ${note}`)
    }
  }
  return results
}

/**
 * Repeats a run that something else disturbed, and keeps the one that was disturbed least.
 *
 * @param {Plan} plan
 * @param {import('./peers.mjs').Peer} peer
 * @param {number} round
 * @returns {Promise<Result>}
 */
async function runQuietly(plan, peer, round) {
  let best = await runOnce(plan, peer, round)
  let tries = 1
  while (plan.quiet > 0 && (best.foreign_cores ?? 0) > plan.quiet && tries < MOST_TRIES) {
    await sleep(PAUSE_MS)
    const again = await runOnce(plan, peer, round)
    if ((again.foreign_cores ?? 0) < (best.foreign_cores ?? 0)) best = again
    tries++
  }
  return { ...best, thrown_out: tries - 1, disturbed: plan.quiet > 0 && (best.foreign_cores ?? 0) > plan.quiet }
}

/**
 * @param {Plan} plan
 * @param {import('./peers.mjs').Peer} peer
 * @param {number} round
 * @returns {Promise<Result>}
 */
async function runOnce({ flags, brokers: shape, start, timeoutSeconds }, peer, round) {
  const load = Number((loadavg()[0] ?? 0).toFixed(1))
  const before = readProcessor()
  const broker = await start()
  try {
    const partitions = shape['partitions'] ?? '6'
    const all = { ...flags, partitions, ...peer.flags, bootstrap: broker.bootstrap, topic: broker.topic }
    const told = await runDriver(peer.command, all, timeoutSeconds)
    const totals = await broker.stop()
    const foreign = foreignCores(before, readProcessor())
    // A driver that was stalled tells no records, and none of them can be missing.
    const complete =
      told.failure === undefined &&
      (!('records' in told) ||
        (totals.records === Number(told['records']) + Number(told['warmup']) && totals.out_of_sequence === 0))
    const seen = { load, foreign_cores: foreign, thrown_out: 0, disturbed: false, complete, broker: totals }
    return { ...told, peer: peer.label, round, ...seen }
  } finally {
    await broker.stop()
  }
}
