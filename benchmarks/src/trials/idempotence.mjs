import { apart } from './apart.mjs'

/** @typedef {import('./processes.mjs').Process} Process */

/**
 * CPU per record with idempotence by that without: two producers in turn, alike in everything else. Which goes first
 * changes from round to round.
 *
 * @param {{ rounds: number, records: number }} settings
 */
export async function runIdempotence({ rounds, records }) {
  const shape = { brokers: 1, topics: ['bench'], partitions: 6 }
  const options = (/** @type {boolean} */ enableIdempotence) => ({ batchSize: 65_536, enableIdempotence })
  return apart({ ...shape, options: options(true) }, (idempotent) =>
    apart({ ...shape, options: options(false) }, async (plain) => {
      const runs = []
      // The first round warms up.
      for (let round = -1; round < rounds; round++) {
        const first = round % 2 === 0 ? idempotent : plain
        const one = await measure(first, records)
        const other = await measure(first === plain ? idempotent : plain, records)
        if (round < 0) continue
        const [on, off] = first === idempotent ? [one, other] : [other, one]
        const ratio = Number((on / off).toFixed(3))
        process.stderr.write(`idempotence: ${ratio} times the CPU per record\n`)
        runs.push({ round, ratio, on, off })
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
