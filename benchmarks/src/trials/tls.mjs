import { apart } from './apart.mjs'

/** @typedef {import('./processes.mjs').Process} Process */

/**
 * CPU per record over TLS by that over plain TCP: two producers in turn, each with brokers of its own, alike in everything
 * else. Which goes first changes from round to round.
 *
 * @param {{ rounds: number, records: number, seconds: number }} settings
 */
export async function runTls({ rounds, records, seconds }) {
  const shape = { brokers: 1, topics: ['bench'], partitions: 6, options: { batchSize: 65_536 } }
  return apart({ ...shape, tls: true }, (secure) =>
    apart(shape, async (plain) => {
      const end = performance.now() + seconds * 1000
      const runs = []
      // The first round warms up.
      for (let round = -1; round < rounds && performance.now() < end; round++) {
        const first = round % 2 === 0 ? secure : plain
        const one = await measure(first, records)
        const other = await measure(first === plain ? secure : plain, records)
        if (round < 0) continue
        const [tls, tcp] = first === secure ? [one, other] : [other, one]
        const ratio = Number((tls / tcp).toFixed(3))
        process.stderr.write(`tls: ${ratio} times the CPU per record (${tls} by ${tcp} µs)\n`)
        runs.push({ round, ratio, tls, tcp })
      }
      return runs
    }),
  )
}

/**
 * CPU per record, µs.
 *
 * @param {Process} application
 * @param {number} records
 * @returns {Promise<number>}
 */
async function measure(application, records) {
  const lane = { topics: ['bench'], partitions: [0, 1, 2, 3, 4, 5], window: 10_000 }
  const { cpuUsPerRecord } = await application.ask({ do: 'send', lane, records })
  return Number(cpuUsPerRecord.toFixed(3))
}
