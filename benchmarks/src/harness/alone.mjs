import { execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { clusterProcess, driver } from './paths.mjs'

/** @typedef {import('./beside.mjs').Result} Result */
/** @typedef {import('./workloads.mjs').Workload} Workload */

/**
 * Runs a workload with our producer alone, on the test kit's cluster: all that a fresh clone can measure. The cluster
 * takes more of the machine than a broker made for benchmarks, which is felt in records per second, not in CPU.
 *
 * @param {Workload} workload
 * @param {number} rounds
 * @returns {Promise<Result[]>}
 */
export async function runAlone(workload, rounds) {
  const results = []
  const peers = workload.peers.filter((peer) => /^posthorn\b/.test(peer))
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) results.push({ ...(await runOnce(workload, peer)), round })
  }
  return results
}

/**
 * @param {Workload} workload
 * @param {string} peer
 * @returns {Promise<Result>}
 */
async function runOnce({ flags, brokers }, peer) {
  const cluster = await startCluster(brokers)
  const mode = peer.split(':')[1] ?? 'single'
  const all = { ...flags, mode, bootstrap: cluster.bootstrap, topic: 'bench' }
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value])
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [driver, ...args])
    const result = JSON.parse(stdout)
    const stored = await cluster.stop()
    const complete = !('records' in result) || stored === result.records + result.warmup
    process.stderr.write(
      `${peer}: ${result.records_per_s ?? result.accepted} records${complete ? '' : ', INCOMPLETE'}\n`,
    )
    return { ...result, peer, complete }
  } finally {
    await cluster.stop()
  }
}

/** @param {Readonly<Record<string, string>>} shape */
async function startCluster({ brokers = '1', partitions = '6', 'latency-ms': latencyMs = '0' }) {
  const args = [clusterProcess, brokers, partitions, latencyMs]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => JSON.parse((await lines.next()).value ?? '{}')
  const { bootstrap } = await next()
  /** @type {Promise<number> | undefined} */
  let stopped
  const stop = async () => {
    child.kill()
    return /** @type {number} */ ((await next()).records)
  }
  // Ends the process and tells how many records it held; a second call gives the answer of the first.
  return { bootstrap: String(bootstrap), stop: () => (stopped ??= stop()) }
}
