import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describeMachine } from '../harness/machine.mjs'
import { cacheFolder, resultsFolder } from '../harness/paths.mjs'
import { median } from '../harness/statistics.mjs'

/** @typedef {import('./producerPieces.mjs').Reading} Reading */
/** @typedef {Map<string, { unit: string, ns: number[] }>} Readings of all rounds, by the names of pieces */

const root = fileURLToPath(new URL('../../../', import.meta.url))
const measuring = fileURLToPath(new URL('./measure.mjs', import.meta.url))
const baselineFile = fileURLToPath(new URL('../../results/micro.json', import.meta.url))

/**
 * Measures the pieces of this checkout, beside the stored baseline.
 *
 * @param {Readonly<Record<string, string>>} flags `rounds`, `ms` of a piece, `store`: `yes` makes it the baseline
 * @param {(message: string) => void} tell
 */
export async function runMicro({ rounds = '5', ms = '200', store = 'no' }, tell) {
  const machine = describeMachine()
  const [readings] = await interleaved([root], Number(rounds), ms, tell)
  const baseline = existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, 'utf8')) : null
  const rows = [...(readings ?? new Map())].map(([name, { unit, ns }]) => {
    const before = baseline?.pieces.find((/** @type {{ name: string }} */ piece) => piece.name === name)?.ns
    const now = Math.min(...ns)
    return [name, `ns per ${unit}`, show(now), before === undefined ? '–' : (now / before).toFixed(2)]
  })
  const against = baseline === null ? 'baseline' : `× ${baseline.machine.commit}`
  console.log(table(['', 'unit', 'fastest', against], rows))
  if (store !== 'yes') return
  const pieces = [...(readings ?? new Map())].map(([name, { unit, ns }]) => ({
    name,
    unit,
    ns: Math.min(...ns),
    rounds: ns,
  }))
  mkdirSync(resultsFolder, { recursive: true })
  writeFileSync(join(resultsFolder, 'micro.json'), `${JSON.stringify({ machine, pieces }, null, 1)}\n`)
}

/**
 * Measures the pieces of this checkout and those of another commit, in turn, and tells where they differ.
 *
 * @param {string | undefined} ref
 * @param {Readonly<Record<string, string>>} flags `rounds`, `ms` of a piece
 * @param {(message: string) => void} tell
 */
export async function runCompare(ref, { rounds = '9', ms = '200' }, tell) {
  if (ref === undefined) throw new Error('usage: npm run bench -- compare REF [--rounds N] [--ms MS]')
  const other = checkOut(ref, tell)
  const { load, cores } = describeMachine()
  if (load > cores) tell(`a load of ${load} on ${cores} cores: another hour would tell more`)
  const [before, after] = await interleaved([other, root], Number(rounds), ms, tell)
  const rows = [...(after ?? new Map())].flatMap(([name, { unit, ns }]) => {
    const base = before?.get(name)?.ns
    if (base === undefined) return []
    const ratios = ns.map((/** @type {number} */ value, /** @type {number} */ i) => value / Number(base[i]))
    return [[name, `ns per ${unit}`, show(median(base) ?? 0), show(median(ns) ?? 0), ...verdict(ratios)]]
  })
  console.log(table(['', 'unit', ref, 'here', 'ratio', 'of the rounds', ''], rows))
}

/** Of fewer rounds, the middle half says nothing. */
const FEWEST_ROUNDS = 5

/**
 * What paired ratios say: a change only where there are enough of them, the middle half agrees on its direction, and it is
 * 2 % or more.
 *
 * @param {readonly number[]} ratios
 */
export function verdict(ratios) {
  const sorted = [...ratios].sort((a, b) => a - b)
  const at = (/** @type {number} */ part) => Number(sorted[Math.round((sorted.length - 1) * part)])
  const [middle, low, high] = [median(ratios) ?? Number.NaN, at(0.25), at(0.75)]
  if (ratios.length < FEWEST_ROUNDS)
    return [middle.toFixed(3), `${low.toFixed(3)}–${high.toFixed(3)}`, 'too few rounds']
  const word = low > 1 && middle >= 1.02 ? 'slower' : high < 1 && middle <= 0.98 ? 'faster' : ''
  return [middle.toFixed(3), `${low.toFixed(3)}–${high.toFixed(3)}`, word]
}

/**
 * Each round measures each checkout once, in a process of its own; which is first changes from round to round.
 *
 * @param {readonly string[]} roots
 * @param {number} rounds
 * @param {string} ms
 * @param {(message: string) => void} tell
 * @returns {Promise<Readings[]>}
 */
async function interleaved(roots, rounds, ms, tell) {
  /** @type {Readings[]} */
  const all = roots.map(() => new Map())
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [...roots.keys()] : [...roots.keys()].reverse()
    for (const index of order) {
      const args = [...process.execArgv, measuring, String(roots[index]), ms]
      const { stdout } = await promisify(execFile)(process.execPath, args)
      for (const { name, unit, ns } of /** @type {Reading[]} */ (JSON.parse(stdout))) {
        const readings = /** @type {Readings} */ (all[index])
        const known = readings.get(name) ?? { unit, ns: [] }
        readings.set(name, known)
        known.ns.push(Number(ns.toFixed(1)))
      }
    }
    tell(`round ${round + 1} of ${rounds}`)
  }
  return all
}

/**
 * A built checkout of a commit, in the cache.
 *
 * @param {string} ref
 * @param {(message: string) => void} tell
 */
function checkOut(ref, tell) {
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim()
  const commit = git('rev-parse', '--verify', `${ref}^{commit}`)
  const folder = join(cacheFolder, 'checkouts', commit)
  if (!existsSync(join(folder, 'package.json'))) {
    mkdirSync(folder, { recursive: true })
    const archive = execFileSync('git', ['-C', root, 'archive', commit], { maxBuffer: 2 ** 30 })
    execFileSync('tar', ['-x', '-C', folder], { input: archive })
  }
  tell(`building ${ref}, ${commit.slice(0, 7)}`)
  execFileSync(process.execPath, [join(folder, 'tools', 'run.mjs'), 'build'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return folder
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function table(head, rows) {
  const rule = head.map((_, i) => (i < 2 ? '---' : '--:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** @param {number} ns */
function show(ns) {
  return ns.toLocaleString('en-US', { maximumFractionDigits: ns < 100 ? 1 : 0 })
}
