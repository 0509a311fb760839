import { apart } from './apart.mjs'

/**
 * CPU of a producer that is connected to three brokers and has nothing to send, and of the same process a moment before
 * it had a producer.
 *
 * @param {{ rounds: number, phaseMs: number }} settings
 */
export function runIdle({ rounds, phaseMs }) {
  const setting = { brokers: 3, topics: ['bench'], partitions: 6, options: {} }
  return apart(setting, async (application) => {
    const lanes = [{ topics: ['bench'], partitions: [0, 1, 2, 3, 4, 5], window: 1000 }]
    await application.ask({ do: 'run', lanes, ms: 1000 })
    // What was on its way, and what the compiler still does.
    await application.ask({ do: 'idle', ms: 3000 })
    const runs = []
    for (let round = 0; round < rounds; round++) {
      const { cpuMs } = await application.ask({ do: 'idle', ms: phaseMs })
      process.stderr.write(`idle: ${cpuMs.toFixed(1)} ms of CPU in ${phaseMs / 1000} s\n`)
      runs.push({ round, cpuMs: Number(cpuMs.toFixed(2)), seconds: phaseMs / 1000 })
    }
    return runs
  })
}
