// A service that has more to do than to produce: answers HTTP requests, and watches how late its event loop is.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createProducer } from 'posthorn'
import { makePayloads } from '../driver/payloads.mjs'
import { runPhase } from '../driver/phase.mjs'
import { makeSender } from '../driver/senders.mjs'
import { Tally } from '../driver/tally.mjs'
import { parseFlags } from '../driver/flags.mjs'
import { serve } from './processes.mjs'

/**
 * How often the loop is looked at. What Node records is the time from one look to the next, so this much is no delay.
 */
const RESOLUTION_MS = 1

/** @typedef {{ do: 'listen' } | { do: 'rest', ms: number } | { do: 'produce', flags: readonly string[], warmupMs: number, ms: number }} Order */

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

serve(async (/** @type {Order} */ order) => {
  switch (order.do) {
    case 'listen': {
      const server = createServer((request, response) => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ path: request.url, at: Date.now() }))
      })
      await once(server.listen(0, '127.0.0.1'), 'listening')
      return { port: /** @type {import('node:net').AddressInfo} */ (server.address()).port }
    }
    case 'rest':
      return watched(order.ms, async () => {
        await sleep(order.ms)
        return 0
      })
    case 'produce':
      return produce(order)
  }
})

/** @param {Extract<Order, { do: 'produce' }>} order */
async function produce({ flags: argv, warmupMs, ms }) {
  const flags = parseFlags(argv)
  const producer = createProducer({
    bootstrapServers: flags.bootstrap,
    compression: /** @type {import('posthorn').CompressionType} */ (flags.codec),
    lingerMs: flags.lingerMs,
    batchSize: flags.batchBytes,
  })
  const tally = new Tally()
  const payloads = makePayloads(flags.valueSize, flags.keySize, flags.payload)
  const client = {
    peer: '',
    version: '',
    send: makeSender(flags, payloads, producer, tally),
    ready: () => producer.ready(),
    close: () => producer.close(),
  }
  const endless = {
    from: 0,
    records: Number.POSITIVE_INFINITY,
    rate: 0,
    window: flags.window,
    heedless: false,
    timeEvery: 0,
  }
  await runPhase({ ...endless, limitMs: warmupMs }, client, tally)
  const seen = await watched(ms, () => runPhase({ ...endless, limitMs: ms }, client, tally))
  await producer.close()
  return { ...seen, errors: tally.errors }
}

/**
 * @param {number} ms
 * @param {() => Promise<number>} work gives how many records it sent
 */
async function watched(ms, work) {
  delay.reset()
  delay.enable()
  const before = process.cpuUsage()
  const records = await work()
  delay.disable()
  const { user, system } = process.cpuUsage(before)
  const late = (/** @type {number} */ nanoseconds) => Number(Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS).toFixed(3))
  const loop = { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) }
  return {
    loop,
    recordsPerSecond: Math.round((records * 1000) / ms),
    cpuCores: Number(((user + system) / 1000 / ms).toFixed(2)),
  }
}
