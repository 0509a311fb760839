// A process that measures the pieces of one checkout: `measure.mjs ROOT MILLISECONDS` prints a JSON list of readings.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makePieces } from './pieces.mjs'
import { producerPieces } from './producerPieces.mjs'

/** @typedef {import('./producerPieces.mjs').Reading} Reading */

const [root = '', forMs = '200'] = process.argv.slice(2)

/** @param {string} folder */
function load(folder) {
  const built = join(root, folder, 'dist', 'index.js')
  // Tests run the sources, whatever has been built.
  const entry = existsSync(built) ? built : join(root, folder, 'src', 'index.ts')
  return import(pathToFileURL(entry).href)
}

const posthorn = await load('packages/posthorn')
const env = { clock: posthorn.systemClock, random: () => 0.5, logger: quiet(), clientId: 'bench' }
const codecs = /** @type {Record<string, any>} */ ({})
for (const name of ['gzip', 'snappy', 'lz4', 'zstd']) {
  try {
    codecs[name] = (await load(`plugins/codec-${name}`))[name]()(env)
  } catch {
    // Not there in that checkout.
  }
}
/** @type {any} */
let checksum = null
try {
  checksum = (await load('plugins/checksum-native')).nativeChecksum()(env)
} catch {
  // Nor this.
}
const pieces = makePieces(await load('packages/protocol'), codecs, checksum)

/** @type {Reading[]} */
const readings = []
for (const piece of pieces) readings.push({ name: piece.name, unit: piece.unit, ns: await time(piece) })
for (const mode of /** @type {const} */ (['trySend', 'send'])) {
  const measure = await producerPieces(posthorn, mode)
  readings.push(...(await timeParts(measure)))
}
console.log(JSON.stringify(readings))
process.exit()

/**
 * The fastest of many short samples: what else the machine does only ever makes one slower.
 *
 * @param {import('./pieces.mjs').Piece} piece
 */
async function time({ run, units }) {
  const sampleMs = Number(forMs) / 40
  let calls = 1
  let fastest = Number.POSITIVE_INFINITY
  // The first time compiles, and finds how many calls make a sample.
  for (let time = 0; time < 2; time++) {
    const end = performance.now() + Number(forMs)
    fastest = Number.POSITIVE_INFINITY
    do {
      const start = performance.now()
      for (let i = 0; i < calls; i++) {
        const result = run()
        if (result instanceof Promise) await result
      }
      const took = performance.now() - start
      fastest = Math.min(fastest, took / calls)
      if (took < sampleMs / 2) calls *= 2
    } while (performance.now() < end)
  }
  return (fastest * 1e6) / units
}

/**
 * The same for what is measured together.
 *
 * @param {() => Promise<Reading[]>} measure
 */
async function timeParts(measure) {
  /** @type {Map<string, Reading>} */
  const fastest = new Map()
  const start = performance.now()
  for (let now = start; fastest.size === 0 || now - start < 4 * Number(forMs); now = performance.now()) {
    const isWarm = now - start > Number(forMs)
    for (const reading of await measure()) {
      const best = fastest.get(reading.name)
      if (isWarm && (best === undefined || reading.ns < best.ns)) fastest.set(reading.name, reading)
    }
  }
  return [...fastest.values()]
}

function quiet() {
  const ignore = () => {}
  return { debug: ignore, info: ignore, warn: ignore, error: ignore }
}
