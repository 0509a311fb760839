import { startBroker } from '../harness/broker.mjs'
import { median } from '../harness/statistics.mjs'
import { startProcess } from './processes.mjs'

/** @typedef {{ p50: number, p99: number, max: number }} Delays in milliseconds */
/**
 * One condition in one round.
 *
 * @typedef {object} Run
 * @property {number} round
 * @property {string} what
 * @property {Delays} loop of the event loop
 * @property {Delays} http from when a request was due to its answer
 * @property {number} sent requests
 * @property {number} answered
 * @property {number} recordsPerSecond
 * @property {number} cpuCores of the service
 */

const small = ['--value-size', '100', '--batch-bytes', '65536']
const json = ['--value-size', '1024', '--key-size', '16', '--payload', 'json', '--batch-bytes', '65536']

/** Records as in W1, W2 and W3. */
const contents = [
  { name: '100 B', flags: small },
  { name: '1 KiB of JSON', flags: json },
  { name: '1 KiB of JSON, lz4', flags: [...json, '--codec', 'lz4'] },
  { name: '1 KiB of JSON, zstd', flags: [...json, '--codec', 'zstd'] },
]

/**
 * What a service that produces at full speed is to those who call it: how late its event loop is, and how long its HTTP
 * answers take to a caller in another process, beside what they are when it does not produce.
 *
 * @param {{ rounds: number, phaseMs: number, warmupMs: number, requestsPerSecond: number, window: number, first: number }} settings
 *   `first`: only so many of the conditions
 * @returns {Promise<Run[]>}
 */
export async function runNeighbour({ rounds, phaseMs, warmupMs, requestsPerSecond, window, first }) {
  /** @type {{ what: string, flags: readonly string[] | null }[]} */
  const conditions = [{ what: 'nothing produced', flags: null }]
  for (const { name, flags } of contents) {
    for (const mode of ['single', 'callback']) {
      const what = `${mode === 'single' ? 'send' : 'trySend'}, ${name}`
      conditions.push({ what, flags: [...flags, '--mode', mode, '--window', String(window)] })
    }
  }
  conditions.splice(first)
  const runs = []
  for (let round = 0; round < rounds; round++) {
    for (const { what, flags } of round % 2 === 0 ? conditions : [...conditions].reverse()) {
      const seen = await observe(flags, { phaseMs, warmupMs, requestsPerSecond })
      process.stderr.write(`${what}: loop p99 ${seen.loop.p99} ms, HTTP p99 ${seen.http.p99} ms\n`)
      runs.push({ round, what, ...seen })
    }
  }
  return runs
}

/**
 * @param {readonly string[] | null} flags
 * @param {{ phaseMs: number, warmupMs: number, requestsPerSecond: number }} settings
 */
async function observe(flags, { phaseMs, warmupMs, requestsPerSecond }) {
  const broker = await startBroker({ partitions: '6' })
  const service = startProcess('service.mjs')
  const caller = startProcess('caller.mjs')
  try {
    const { port } = await service.ask({ do: 'listen' })
    const call = (/** @type {number} */ ms) => caller.ask({ port, perSecond: requestsPerSecond, ms })
    // Both compile what they need before they are watched.
    await call(warmupMs / 2)
    const work =
      flags === null
        ? service.ask({ do: 'rest', ms: warmupMs + phaseMs })
        : service.ask({ do: 'produce', flags: [...flags, '--bootstrap', broker.bootstrap], warmupMs, ms: phaseMs })
    await new Promise((resolve) => setTimeout(resolve, warmupMs))
    const called = await call(phaseMs)
    return { ...(await work), ...called }
  } finally {
    await Promise.all([service.stop(), caller.stop(), broker.stop()])
  }
}

/**
 * Medians over the rounds; the largest of all for `max`.
 *
 * @param {readonly Run[]} runs
 */
export function neighbourTable(runs) {
  const rows = [...new Set(runs.map(({ what }) => what))].map((what) => {
    const of = runs.filter((run) => run.what === what)
    const middle = (/** @type {(run: Run) => number} */ value) => median(of.map(value)) ?? 0
    const delays = (/** @type {'loop' | 'http'} */ kind) => [
      middle((run) => run[kind].p50).toFixed(2),
      middle((run) => run[kind].p99).toFixed(1),
      Math.max(...of.map((run) => run[kind].max)).toFixed(1),
    ]
    const unanswered = of.reduce((sum, { sent, answered }) => sum + sent - answered, 0)
    const speed = Math.round(middle((run) => run.recordsPerSecond)).toLocaleString('en-US')
    return [what, speed, ...delays('loop'), ...delays('http'), String(unanswered)]
  })
  const head = ['', 'records/s', 'loop p50', 'p99', 'max ms', 'HTTP p50', 'p99', 'max ms', 'unanswered']
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'))
  return `${[head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
}
