import { apart } from './apart.mjs'

/** Enough on its way for fifty records to a partition where there are 10,000. */
const WINDOW = 500_000

/**
 * CPU per record with 1,000 topics of 10 partitions, records spread over all, by that with 6 partitions of one topic:
 * two producers in turn, alike in everything. There is memory for a batch of every partition, and time to fill it;
 * with neither, a record of a rare partition costs a batch of its own, and it is batches that are compared.
 *
 * @param {{ rounds: number, records: number }} settings
 */
export async function runManyPartitions({ rounds, records }) {
  const many = Array.from({ length: 1000 }, (_, i) => `bench-${i}`)
  const options = { lingerMs: 200, bufferMemory: 512 * 1024 * 1024, maxBufferedRecords: 2 * WINDOW }
  const few = { brokers: 3, topics: ['bench'], partitions: 6, options }
  return apart(few, (little) =>
    apart({ brokers: 3, topics: many, partitions: 10, options }, async (much) => {
      const runs = []
      // The first round warms up.
      for (let round = -1; round < rounds; round++) {
        const six = await measure(little, ['bench'], 6, records)
        const all = await measure(much, many, 10, records)
        if (round < 0) continue
        const ratio = Number((all / six).toFixed(2))
        process.stderr.write(`many partitions: ${ratio} times the CPU per record\n`)
        runs.push({ round, ratio, six, all })
      }
      return runs
    }),
  )
}

/**
 * CPU per record, µs.
 *
 * @param {import('./processes.mjs').Process} application
 * @param {readonly string[]} topics
 * @param {number} partitions
 * @param {number} records
 * @returns {Promise<number>}
 */
async function measure(application, topics, partitions, records) {
  const lane = { topics, partitions: Array.from({ length: partitions }, (_, i) => i), window: WINDOW }
  const { cpuUsPerRecord } = await application.ask({ do: 'send', lane, records })
  return Number(cpuUsPerRecord.toFixed(3))
}
