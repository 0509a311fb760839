import { startBroker } from '../harness/broker.mjs'
import { median } from '../harness/statistics.mjs'
import { startProcess } from './processes.mjs'

/** @typedef {import('./processes.mjs').Process} Process */

/**
 * @typedef {object} Condition
 * @property {string} what
 * @property {string} observer
 * @property {number | null} recorded of a hundred requests of the application; `null`: it sends outside of any
 * @property {number} [fewer] so many times fewer records, because each of them costs so much more
 */

/** Segments before those that count: code is compiled anew until then. */
const WARM_UP = 30

/** In the first of them every request is recorded: one in a hundred would take minutes to have its code compiled. */
const RECORDED_WARM_UP = 15

/** @type {readonly Condition[]} */
const conditions = [
  { what: 'nothing, once more', observer: 'nothing', recorded: null },
  { what: 'diagnostics channels, no subscriber', observer: 'channels-silent', recorded: null },
  { what: 'diagnostics channels, two subscribers', observer: 'channels-heard', recorded: null },
  { what: 'a hook for settled batches', observer: 'hook', recorded: null },
  { what: 'an interceptor that sees records', observer: 'interceptor-sending', recorded: null },
  { what: 'an interceptor that hears all outcomes', observer: 'interceptor-outcomes', recorded: null },
  { what: 'otel-metrics', observer: 'metrics', recorded: null },
  { what: 'otel-tracing, in requests, none recorded', observer: 'tracing-hundredth', recorded: 0 },
  { what: 'otel-tracing, in requests, 1 % recorded', observer: 'tracing-hundredth', recorded: 1 },
  { what: 'otel-tracing, in requests, all recorded', observer: 'tracing-all', recorded: 100, fewer: 10 },
  { what: 'otel-tracing, outside of requests, 1 % sampled', observer: 'tracing-hundredth', recorded: null },
  { what: 'otel-tracing, outside of requests, all sampled', observer: 'tracing-all', recorded: null, fewer: 10 },
  { what: 'otel-tracing, in requests, 1 % recorded, spans of batches only', observer: 'tracing-batches', recorded: 1 },
  { what: 'the SDK alone, in requests, none recorded', observer: 'sdk-alone', recorded: 0 },
  { what: 'the SDK alone, in requests, 1 % recorded', observer: 'sdk-alone', recorded: 1 },
  { what: 'the SDK alone, in requests, all recorded', observer: 'sdk-alone', recorded: 100, fewer: 10 },
]

/**
 * One condition in one round.
 *
 * @typedef {object} Run
 * @property {number} round
 * @property {string} what
 * @property {number} ratio median of the ratios of two segments next to each other
 * @property {number} cpuUs per record, observed; median
 * @property {number} bareUs per record, with nothing that watches; median
 * @property {number | null} collectUs of a collection of metrics
 */

/**
 * CPU per record of a producer that something watches, by that of one that nothing watches, alike in everything else. In
 * each round both are processes of their own, fresh, because compiled code turns out a little different each time; within
 * a round they send short segments in turn, so that whatever else the machine does meets both. The broker is in the process
 * and costs next to nothing, or at the other end of a socket, as it is in earnest.
 *
 * @param {Settings} settings
 * @returns {Promise<Run[]>}
 */
export async function runHooks(settings) {
  const chosen = conditions.slice(settings.skip, settings.skip + settings.first)
  const runs = []
  for (let round = 0; round < settings.rounds; round++) {
    for (const condition of round % 2 === 0 ? chosen : [...chosen].reverse()) {
      const { what } = condition
      const seen = await compare(condition, settings)
      process.stderr.write(`${what}: ${seen.ratio} times the CPU per record (${seen.cpuUs} by ${seen.bareUs} µs)\n`)
      runs.push({ round, what, ...seen })
    }
  }
  return runs
}

/**
 * @typedef {object} Settings
 * @property {number} rounds
 * @property {number} segments of each process in each round
 * @property {number} records of a segment
 * @property {number} batchSize bytes
 * @property {number} sockets 0: the broker is in the process; 1: in one of its own
 * @property {number} promises 1: records are sent with `send`; 0: with `trySend` and a callback
 * @property {number} skip so many conditions
 * @property {number} first only so many of the conditions after those
 */

/**
 * @param {Condition} condition
 * @param {Settings} settings
 */
async function compare({ observer, recorded, fewer = 1 }, { segments, records, batchSize, sockets, promises }) {
  const broker = sockets > 0 ? await startBroker({ partitions: '6' }) : null
  const bare = startProcess('observed.mjs')
  const watched = startProcess('observed.mjs')
  try {
    const bootstrap = broker === null ? null : broker.bootstrap
    await bare.ask({ do: 'start', options: { batchSize, bootstrap, observer: 'nothing' } })
    await watched.ask({ do: 'start', options: { batchSize, bootstrap, observer } })
    const order = { do: 'send', records: records / fewer, recorded, promises: promises > 0 }
    const warmUp = recorded === 1 ? { ...order, records: records / 5, recorded: 100 } : order
    /** @type {{ bare: number, watched: number }[]} */
    const pairs = []
    for (let segment = -WARM_UP; segment < segments; segment++) {
      const now = segment < RECORDED_WARM_UP - WARM_UP ? warmUp : order
      const first = segment % 2 === 0 ? await cpuOf(watched, now) : null
      const bareUs = await cpuOf(bare, now)
      const pair = { bare: bareUs, watched: first ?? (await cpuOf(watched, now)) }
      if (segment >= 0) pairs.push(pair)
    }
    const { cpuUs: collectUs } = await watched.ask({ do: 'collect' })
    return {
      ratio: rounded(pairs.map((pair) => pair.watched / pair.bare)),
      cpuUs: rounded(pairs.map((pair) => pair.watched)),
      bareUs: rounded(pairs.map((pair) => pair.bare)),
      collectUs,
    }
  } finally {
    await Promise.all([bare.stop(), watched.stop(), broker?.stop()])
  }
}

/**
 * µs per record.
 *
 * @param {Process} application
 * @param {object} order
 * @returns {Promise<number>}
 */
async function cpuOf(application, order) {
  const { cpuUs, records } = await application.ask(order)
  return cpuUs / records
}

/** @param {readonly number[]} values */
function rounded(values) {
  return Number(Number(median(values)).toFixed(3))
}

/**
 * Median, quartiles and extremes over the rounds.
 *
 * @param {readonly Run[]} runs
 */
export function hooksTable(runs) {
  const rows = [...new Set(runs.map(({ what }) => what))].map((what) => {
    const of = runs.filter((run) => run.what === what)
    const ratios = of.map(({ ratio }) => ratio).sort((a, b) => a - b)
    const at = (/** @type {number} */ part) => Number(ratios[Math.round(part * (ratios.length - 1))]).toFixed(2)
    const collected = median(of.flatMap(({ collectUs }) => (collectUs === null ? [] : [collectUs])))
    return [
      what,
      rounded(of.map(({ cpuUs }) => cpuUs)).toFixed(3),
      rounded(of.map(({ bareUs }) => bareUs)).toFixed(3),
      rounded(ratios).toFixed(3),
      `${at(0.25)}–${at(0.75)}`,
      `${at(0)}–${at(1)}`,
      collected === undefined ? '' : Math.round(collected).toLocaleString('en-US'),
    ]
  })
  const head = ['what watches', 'µs/record', 'unwatched', 'ratio', 'middle half', 'all rounds', 'µs/collection']
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'))
  return `${[head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
}
