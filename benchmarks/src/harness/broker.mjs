import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cacheFolder, peersFolder } from './paths.mjs'

/**
 * What a null broker counted; of real Kafka, how many records are stored.
 *
 * @typedef {object} Totals
 * @property {number} records
 * @property {number} [batches]
 * @property {number} [requests]
 * @property {number} out_of_sequence batches whose sequence is not the one that had to follow
 * @property {number} [bytes]
 * @property {number} [connections]
 * @property {number} [cpu_s]
 */

/**
 * @typedef {object} Broker
 * @property {string} bootstrap
 * @property {string} topic
 * @property {() => Promise<Totals>} stop a second call gives what the first did
 */

const compiled = join(cacheFolder, 'nullbroker', 'nullbroker')

/** Which null broker runs here: the compiled one where it was installed. */
export const brokerKind = existsSync(compiled) ? 'c' : 'node'

/**
 * Starts brokers that keep nothing, in a process of their own: the CPU that they take is not the producer's.
 *
 * @param {Readonly<Record<string, string>>} shape `brokers`, `partitions`, `latency-ms`
 * @returns {Promise<Broker>}
 */
export async function startBroker(shape) {
  const [file, ...before] =
    brokerKind === 'c' ? [compiled] : [process.execPath, join(peersFolder, 'nullbroker', 'nullbroker.mjs')]
  const args = Object.entries(shape).flatMap(([name, value]) => [`--${name}`, value])
  const child = spawn(/** @type {string} */ (file), [...before, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = new Promise((resolve) => child.once('close', resolve))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value } = await lines.next()
    if (value === undefined) throw new Error('the null broker ended before its time')
    return JSON.parse(value)
  }
  const { ports } = await next()
  /** @type {Promise<Totals> | undefined} */
  let totals
  const stop = async () => {
    child.kill()
    const told = await next()
    await gone
    return told
  }
  return { bootstrap: `127.0.0.1:${ports[0]}`, topic: 'bench', stop: () => (totals ??= stop()) }
}
