import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brokerKind, startBroker } from '../harness/broker.mjs'
import { describeMachine } from '../harness/machine.mjs'
import { resultsFolder } from '../harness/paths.mjs'
import { runRounds } from '../harness/rounds.mjs'
import { findPeers } from '../harness/peers.mjs'
import { median, valuesOf } from '../harness/statistics.mjs'
import { plotOf } from '../plots/curves.mjs'
import { axes, common } from './axes.mjs'

/**
 * @typedef {object} Point
 * @property {string} curve
 * @property {number} x
 * @property {number} cpu median of CPU µs per record
 * @property {number} least
 * @property {number} most
 * @property {number} recordsPerSecond
 * @property {number} recordsPerBatch
 * @property {number} maxRssMb
 * @property {number} foreignCores median
 * @property {number} failed runs that do not count
 */

/**
 * Measures what a record costs while something grows, and keeps a curve of it.
 *
 * @param {Readonly<Record<string, string>>} flags `of`: some axes instead of all; `rounds`; `quiet`; `points`: only the
 *   first so many of each; others replace those of every point
 * @param {(message: string) => void} tell
 */
export async function runGrowth({ of, rounds = '3', quiet = '0', points = '100', ...own }, tell) {
  const names = of?.split(',') ?? Object.keys(axes)
  const unknown = names.find((name) => axes[name] === undefined)
  if (unknown !== undefined) throw new Error(`nothing grows by ${unknown}: there are ${Object.keys(axes).join(', ')}`)
  for (const name of names) {
    const axis = /** @type {import('./axes.mjs').Axis} */ (axes[name])
    const machine = describeMachine()
    tell(`${name}: ${axis.what}`)
    const measured = await measure(
      axis,
      { rounds: Number(rounds), quiet: Number(quiet), points: Number(points) },
      own,
      tell,
    )
    keep(name, axis, { rounds: Number(rounds), machine, nullbroker: brokerKind, points: measured })
    tell(`growth-${name}: ${steepest(measured)}; see growth-${name}.svg in benchmarks/results`)
  }
}

/**
 * Every point once a round, from one end to the other and back: what the machine does besides meets neighbours alike.
 *
 * @param {import('./axes.mjs').Axis} axis
 * @param {{ rounds: number, quiet: number, points: number }} how
 * @param {Readonly<Record<string, string>>} own
 * @param {(message: string) => void} tell
 * @returns {Promise<Point[]>}
 */
async function measure({ values, curves }, { rounds, quiet, points }, own, tell) {
  const peers = findPeers(['posthorn'], {}, tell)
  const places = values
    .slice(0, points)
    .flatMap((x) =>
      curves.map((curve) => ({ x, curve, runs: /** @type {import('../harness/rounds.mjs').Result[]} */ ([]) })),
    )
  for (let round = 0; round < rounds; round++) {
    for (const place of round % 2 === 0 ? places : [...places].reverse()) {
      const { flags = {}, brokers = {} } = place.curve.setting(place.x)
      const all = text({ ...common, ...place.curve.flags, ...flags, ...own })
      const warmup = { warmup: String(Math.floor(Number(all['records']) / 4)) }
      const shape = text({ partitions: 6, ...brokers })
      const start = () => startBroker(shape)
      const plan = { peers, flags: { ...warmup, ...all }, brokers: shape, start, rounds: 1, quiet, timeoutSeconds: 60 }
      const runs = await runRounds({ ...plan, tell: () => {} })
      place.runs.push(...runs)
      const [run] = runs
      tell(`round ${round + 1}, ${place.x}, ${place.curve.name}: ${run?.failure ?? run?.['cpu_us_per_record']} µs`)
    }
  }
  return places.map(({ x, curve, runs }) => pointOf(x, curve.name, runs))
}

/**
 * @param {number} x
 * @param {string} curve
 * @param {readonly import('../harness/rounds.mjs').Result[]} runs
 * @returns {Point}
 */
function pointOf(x, curve, runs) {
  const good = runs.filter((run) => !run.failure && run.complete && run['errors'] === 0)
  const cpu = valuesOf(good, 'cpu_us_per_record')
  const batches = good.map(({ broker }) => /** @type {import('../harness/broker.mjs').Totals} */ (broker))
  const middle = (/** @type {readonly number[]} */ values) => Number((median(values) ?? Number.NaN).toFixed(3))
  return {
    curve,
    x,
    cpu: middle(cpu),
    least: Math.min(...cpu),
    most: Math.max(...cpu),
    recordsPerSecond: middle(valuesOf(good, 'records_per_s')),
    recordsPerBatch: middle(batches.map((totals) => totals.records / (totals.batches ?? Number.NaN))),
    maxRssMb: middle(valuesOf(good, 'max_rss_mb')),
    foreignCores: middle(valuesOf(good, 'foreign_cores')),
    failed: runs.length - good.length,
  }
}

/**
 * @param {string} name
 * @param {import('./axes.mjs').Axis} axis
 * @param {{ points: readonly Point[], rounds: number, [other: string]: unknown }} run
 */
function keep(name, { what, x, logY = false }, run) {
  const points = run.points.filter(({ cpu }) => !Number.isNaN(cpu))
  const curves = [...new Set(points.map(({ curve }) => curve))].map((curve) => ({
    name: curve,
    points: points
      .filter((point) => point.curve === curve)
      .map((point) => /** @type {[number, number, number, number]} */ ([point.x, point.cpu, point.least, point.most])),
  }))
  mkdirSync(resultsFolder, { recursive: true })
  const file = join(resultsFolder, `growth-${name}`)
  writeFileSync(`${file}.json`, `${JSON.stringify({ name: `growth-${name}`, what, ...run }, null, 1)}\n`)
  if (curves.length === 0) return
  writeFileSync(`${file}.svg`, plotOf({ title: what, x, y: 'CPU µs per record', curves, logX: true, logY, dots: true }))
}

/**
 * Where a curve rises most from one point to the next, which is where a cliff would be.
 *
 * @param {readonly Point[]} points
 */
function steepest(points) {
  const steps = points.flatMap((point) => {
    const next = points.find(({ curve, x }) => curve === point.curve && x > point.x)
    return next === undefined || !(next.cpu > 0) ? [] : [{ ...point, to: next.x, factor: next.cpu / point.cpu }]
  })
  const most = steps.sort((a, b) => b.factor - a.factor)[0]
  if (most === undefined) return 'one point only'
  return `steepest from ${most.x} to ${most.to} of ${most.curve}: × ${most.factor.toFixed(2)}`
}

/** @param {Readonly<Record<string, string | number>>} values */
function text(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}
