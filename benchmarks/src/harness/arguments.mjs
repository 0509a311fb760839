import { trials } from '../trials/trials.mjs'
import { workloads } from './workloads.mjs'

/**
 * What `npm run bench` was asked for.
 *
 * @typedef {object} Arguments
 * @property {readonly string[]} names of workloads
 * @property {readonly string[] | null} peers instead of the workload's own
 * @property {string | null} kafka version of real Kafka to run against; `null`: brokers that keep nothing
 * @property {number} rounds
 * @property {number} quiet cores that other processes may take before a run is repeated; 0: any
 * @property {number} timeoutSeconds of one run
 * @property {Readonly<Record<string, string>>} drivers from outside, command lines by name
 * @property {Readonly<Record<string, string>>} flags that replace the workload's: `records`, `window` and so on
 */

const usage = `usage: npm run bench -- [${Object.keys(workloads).join(' ')}] [--peers A,B:MODE] [--driver NAME=COMMAND]
                         [--kafka VERSION] [--rounds N] [--quiet CORES] [--timeout SECONDS]
                         [--FLAG VALUE …]
       npm run bench -- ${Object.keys(trials).join('|')} [--SETTING VALUE …]
       npm run bench -- growth [--of AXIS,…] [--rounds N] [--quiet CORES]
       npm run bench -- micro [--rounds N] [--store yes]
       npm run bench -- compare REF [--rounds N]
       npm run bench -- install [PEER …]`

/**
 * Reads the command line; throws an error whose message is for the user.
 *
 * @param {readonly string[]} argv
 * @returns {Arguments}
 */
export function parseArguments(argv) {
  const names = /** @type {string[]} */ ([])
  const flags = /** @type {Record<string, string>} */ ({})
  const drivers = /** @type {Record<string, string>} */ ({})
  for (let i = 0; i < argv.length; i++) {
    const word = /** @type {string} */ (argv[i])
    if (!word.startsWith('--')) {
      if (workloads[word] === undefined) throw new Error(`no workload ${word}\n${usage}`)
      names.push(word)
      continue
    }
    const value = argv[++i]
    if (value === undefined) throw new Error(`${word}: expected a value\n${usage}`)
    const [, name, command] = /^([^=]+)=(.+)$/.exec(value) ?? []
    if (word !== '--driver') flags[word.slice(2)] = value
    else if (name === undefined || command === undefined)
      throw new Error(`--driver: expected NAME=COMMAND, received ${value}`)
    else drivers[name] = command
  }
  const { peers, kafka, rounds = '3', quiet = kafka === undefined ? '0.3' : '0', timeout = '120', ...rest } = flags
  if (!/^[1-9]\d*$/.test(rounds)) throw new Error(`--rounds: expected a number from 1, received ${rounds}`)
  if (!(Number(quiet) >= 0)) throw new Error(`--quiet: expected a number of cores, received ${quiet}`)
  if (!(Number(timeout) > 0)) throw new Error(`--timeout: expected seconds, received ${timeout}`)
  return {
    names: names.length === 0 ? ['W1'] : names,
    peers: peers?.split(',') ?? null,
    kafka: kafka ?? null,
    rounds: Number(rounds),
    quiet: Number(quiet),
    timeoutSeconds: Number(timeout),
    drivers,
    flags: rest,
  }
}

/**
 * Reads `--flag value` pairs alone.
 *
 * @param {readonly string[]} argv
 * @returns {Record<string, string>}
 */
export function parseFlags(argv) {
  const flags = /** @type {Record<string, string>} */ ({})
  for (let i = 0; i < argv.length; i += 2) {
    const [word, value] = [String(argv[i]), argv[i + 1]]
    if (!word.startsWith('--') || value === undefined) throw new Error(`${word}: expected --SETTING VALUE\n${usage}`)
    flags[word.slice(2)] = value
  }
  return flags
}
