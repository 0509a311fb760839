import { median } from '../harness/statistics.mjs'
import { apart } from './apart.mjs'

/** What an application's thread and its process spend on a record, µs. */
/** @typedef {{ thread: number, process: number, perSecond: number }} Cost */
/** @typedef {{ round: number, what: string, here: Cost, apart: Cost }} Run */

const contents = [
  { what: '100 B', json: false, compression: 'none' },
  { what: '1 KiB of JSON', json: true, compression: 'none' },
  { what: '1 KiB of JSON, lz4', json: true, compression: 'lz4' },
  { what: '1 KiB of JSON, zstd', json: true, compression: 'zstd' },
]

/**
 * What an application would gain by a producer in a thread of its own: two applications in turn, alike but that one hands
 * records over in shared memory and hears of their outcomes there. The hand-over is the least that would do: one topic,
 * values alone, errors without a text.
 *
 * @param {{ rounds: number, records: number }} settings
 * @returns {Promise<Run[]>}
 */
export async function runOffThread({ rounds, records }) {
  /** @type {Run[]} */
  const runs = []
  for (const { what, json, compression } of contents) {
    const settingOf = (/** @type {boolean} */ threaded) => ({
      brokers: 1,
      topics: ['bench'],
      partitions: 6,
      options: { batchSize: 65_536, compression, threaded, json },
      application: 'offThreadApplication.mjs',
    })
    await apart(settingOf(false), (one) =>
      apart(settingOf(true), async (other) => {
        // The first round warms up.
        for (let round = -1; round < rounds; round++) {
          const here = await one.ask({ do: 'send', records })
          const there = await other.ask({ do: 'send', records })
          if (round < 0) continue
          process.stderr.write(`${what}: thread ${here.thread} µs here, ${there.thread} µs with another thread\n`)
          runs.push({ round, what, here, apart: there })
        }
      }),
    )
  }
  return runs
}

/**
 * Medians over the rounds.
 *
 * @param {readonly Run[]} runs
 */
export function offThreadTable(runs) {
  const rows = [...new Set(runs.map(({ what }) => what))].map((what) => {
    const of = runs.filter((run) => run.what === what)
    const middle = (/** @type {(run: Run) => number} */ value) => median(of.map(value)) ?? 0
    const costs = (/** @type {'thread' | 'process'} */ kind) => [
      middle(({ here }) => here[kind]).toFixed(2),
      middle((run) => run.apart[kind]).toFixed(2),
      middle((run) => run.apart[kind] / run.here[kind]).toFixed(2),
    ]
    const speeds = [middle(({ here }) => here.perSecond), middle((run) => run.apart.perSecond)]
    return [
      what,
      ...costs('thread'),
      ...costs('process'),
      ...speeds.map((it) => Math.round(it).toLocaleString('en-US')),
    ]
  })
  const head = ['', 'thread, µs', 'apart', 'ratio', 'process, µs', 'apart', 'ratio', 'records/s', 'apart']
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'))
  return `${[head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
}
