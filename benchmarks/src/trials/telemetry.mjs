import { apart } from './apart.mjs'

/** @typedef {import('./processes.mjs').Process} Process */

/**
 * CPU per record with an OpenTelemetry plugin by that without: producers in turn, alike in everything else. Which goes
 * first changes from round to round. Metrics are collected each second; of traces, one in a hundred is recorded, be it
 * that records are sent within requests that were decided on before, or outside of any.
 *
 * @param {{ rounds: number, records: number }} settings
 */
export function runTelemetry({ rounds, records }) {
  /** @type {<T>(plugin: string, work: (application: Process) => Promise<T>) => Promise<T>} */
  const observed = (plugin, work) =>
    apart({ brokers: 1, topics: ['bench'], partitions: 6, options: { plugin }, application: 'observed.mjs' }, work)
  return observed('none', (plain) =>
    observed('metrics', (metrics) =>
      observed('tracing', async (tracing) => {
        const questions = [
          { question: 'metrics', application: metrics, inRequests: false },
          { question: 'tracing, in requests', application: tracing, inRequests: true },
          { question: 'tracing, outside of any', application: tracing, inRequests: false },
        ]
        const runs = []
        // The first round warms up.
        for (let round = -1; round < rounds; round++) {
          for (const { question, application, inRequests } of questions) {
            const measure = (/** @type {Process} */ of) => cpuPerRecord(of, records, inRequests)
            const first = round % 2 === 0 ? await measure(application) : null
            const without = await measure(plain)
            const observing = first ?? (await measure(application))
            if (round < 0) continue
            const ratio = Number((observing / without).toFixed(3))
            process.stderr.write(`${question}: ${ratio} times the CPU per record\n`)
            runs.push({ round, question, ratio, with: observing, without })
          }
        }
        return runs
      }),
    ),
  )
}

/**
 * µs.
 *
 * @param {Process} application
 * @param {number} records
 * @param {boolean} inRequests
 * @returns {Promise<number>}
 */
async function cpuPerRecord(application, records, inRequests) {
  const { cpuUsPerRecord } = await application.ask({ do: 'send', records, inRequests })
  return Number(cpuUsPerRecord.toFixed(3))
}
