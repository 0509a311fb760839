import { apart } from './apart.mjs'

const WINDOW = 5000

/**
 * Three lanes, one to each broker. Phases in turn, within one process: the two lanes alone, then also the third, whose
 * broker takes what it is sent and answers nothing. What that third broker cost the other two is the ratio.
 *
 * @param {{ rounds: number, phaseMs: number }} settings
 */
export function runSilentBroker({ rounds, phaseMs }) {
  const options = { lingerMs: 5, batchSize: 65_536, requestTimeoutMs: 3000, deliveryTimeoutMs: 6000 }
  const setting = { brokers: 3, topics: ['bench'], partitions: 6, options }
  return apart(setting, async (application, brokers) => {
    const { leaders } = await application.ask({ do: 'leaders', topic: 'bench' })
    const lanes = [0, 1, 2].map((broker) => ({
      topics: ['bench'],
      partitions: leaders.flatMap((/** @type {number} */ leader, /** @type {number} */ i) =>
        leader === broker ? [i] : [],
      ),
      window: WINDOW,
    }))
    const run = (/** @type {readonly object[]} */ some) => application.ask({ do: 'run', lanes: some, ms: phaseMs })
    await run(lanes)
    const runs = []
    for (let round = 0; round < rounds; round++) {
      const three = await run(lanes)
      const before = await run(lanes.slice(0, 2))
      await brokers.ask({ do: 'pause', broker: 2 })
      const silent = await run(lanes)
      await brokers.ask({ do: 'resume', broker: 2 })
      // What was held up is delivered or fails, and does not count for anything.
      await run(lanes.slice(2))
      const after = await run(lanes.slice(0, 2))
      const two = (before.perSecond[0] + before.perSecond[1] + after.perSecond[0] + after.perSecond[1]) / 2
      const beside = silent.perSecond[0] + silent.perSecond[1]
      const ratio = Number((beside / two).toFixed(3))
      const ratioOfThree = Number((beside / (three.perSecond[0] + three.perSecond[1])).toFixed(3))
      process.stderr.write(`silent broker: the other two at ${ratio} of what they were\n`)
      runs.push({ round, ratio, ratioOfThree, two: before, twoAgain: after, three, silent })
    }
    return runs
  })
}
