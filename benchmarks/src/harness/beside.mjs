import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { driver } from './paths.mjs'

/**
 * One run of one peer, as its driver and the harness tell it.
 *
 * @typedef {Record<string, unknown> & { peer: string, failure?: string, complete?: boolean }} Result
 */

/**
 * Runs a workload beside other producers, by a harness with the command line that README.md describes. Its exit status
 * says that a run failed; the results say which, so it is not looked at.
 *
 * @param {string} harness its folder
 * @param {import('./workloads.mjs').Workload} workload
 * @param {number} rounds
 * @returns {Promise<Result[]>}
 */
export async function runBeside(harness, { flags, brokers, peers }, rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-bench-'))
  try {
    const json = join(folder, 'results.json')
    const own = { peers: peers.join(), driver: `posthorn=${process.execPath} ${driver}`, rounds: String(rounds), json }
    const args = Object.entries({ ...own, ...brokers, ...flags }).flatMap(([name, value]) => [`--${name}`, value])
    const child = spawn(join(harness, 'compare'), args, { stdio: ['ignore', 'ignore', 'inherit'] })
    await once(child, 'close')
    return JSON.parse(readFileSync(json, 'utf8')).results
  } finally {
    rmSync(folder, { recursive: true })
  }
}
