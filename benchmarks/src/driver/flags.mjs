/**
 * What the command line of a driver says, with the defaults that all drivers share.
 *
 * @typedef {object} DriverFlags
 * @property {string} bootstrap
 * @property {string} topic
 * @property {number} topics of which the records take turns; more than one are numbered: `bench-0`, `bench-1` and so on
 * @property {Readonly<Record<string, number>>} options further settings of the client, by its own names
 * @property {number} records records of the timed phase
 * @property {number} warmup records sent, and waited for, before that
 * @property {number} valueSize
 * @property {number} keySize 0: no keys
 * @property {string} codec
 * @property {'all' | 0 | 1} acks
 * @property {boolean} idempotent
 * @property {number} lingerMs
 * @property {number} batchBytes
 * @property {number} maxInflight
 * @property {number} rate records per second, 0 for as fast as it goes
 * @property {'random' | 'json'} payload
 * @property {number} maxSeconds each phase ends early after this, the warm-up after half of it; 0: never
 * @property {string} mode
 * @property {number} batchRecords records of one call, for clients that are called with arrays
 * @property {number} window most records without an outcome; 0: only the producer's own limits
 * @property {number} stallSeconds above 0: send without waiting for outcomes, and end after this time
 */

/**
 * Reads `--flag value` pairs. Flags that nobody here knows are for other drivers, and ignored.
 *
 * @param {readonly string[]} argv
 * @param {readonly [string, ...string[]]} [modes] that the driver has, the default first
 * @returns {DriverFlags}
 */
export function parseFlags(argv, modes = ['single', 'callback']) {
  const given = /** @type {Map<string, string>} */ (new Map())
  for (let i = 0; i + 1 < argv.length; i += 2) given.set(String(argv[i]).replace(/^--/, ''), String(argv[i + 1]))

  const records = number(given, 'records', 1_000_000)
  const acks = oneOf(given, 'acks', ['all', '-1', '0', '1'])
  return {
    bootstrap: given.get('bootstrap') ?? '127.0.0.1:9092',
    topic: given.get('topic') ?? 'bench',
    topics: number(given, 'topics', 1),
    options: options(given.get('options') ?? ''),
    records,
    warmup: number(given, 'warmup', Math.floor(records / 20)),
    valueSize: number(given, 'value-size', 100),
    keySize: number(given, 'key-size', 0),
    codec: given.get('codec') ?? 'none',
    acks: acks === '0' ? 0 : acks === '1' ? 1 : 'all',
    idempotent: oneOf(given, 'idempotent', ['true', 'false']) === 'true',
    lingerMs: number(given, 'linger-ms', 5),
    batchBytes: number(given, 'batch-bytes', 16_384),
    maxInflight: number(given, 'max-inflight', 5),
    rate: number(given, 'rate', 0),
    payload: oneOf(given, 'payload', ['random', 'json']),
    maxSeconds: number(given, 'max-seconds', 0),
    mode: oneOf(given, 'mode', modes),
    batchRecords: number(given, 'batch-records', 1000),
    window: number(given, 'window', 10_000),
    stallSeconds: number(given, 'stall-seconds', 0),
  }
}

/**
 * Reads `name=number;name=number`.
 *
 * @param {string} text
 */
function options(text) {
  const pairs = text.split(';').filter((pair) => pair !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value] = pair.split('=')
      if (!Number.isFinite(Number(value ?? NaN))) throw new Error(`--options: expected name=number, received ${pair}`)
      return [name, Number(value)]
    }),
  )
}

/**
 * @param {ReadonlyMap<string, string>} given
 * @param {string} name
 * @param {number} fallback
 */
function number(given, name, fallback) {
  const value = Number(given.get(name) ?? fallback)
  if (Number.isFinite(value) && value >= 0) return value
  throw new Error(`--${name}: expected a number, 0 or more, received ${given.get(name)}`)
}

/**
 * @template {string} T
 * @param {ReadonlyMap<string, string>} given
 * @param {string} name
 * @param {readonly [T, ...T[]]} known the first is the default
 * @returns {T}
 */
function oneOf(given, name, known) {
  const value = given.get(name) ?? known[0]
  const found = known.find((one) => one === value)
  if (found !== undefined) return found
  throw new Error(`--${name}: expected ${known.join(' or ')}, received ${value}`)
}
