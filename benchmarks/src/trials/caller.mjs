// Calls a service at a steady rate, whether it answers or not: a request that the service kept waiting does not keep the
// next one from being sent, and counts from when it was due.
import { Agent, get } from 'node:http'
import { createHistogram } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from './processes.mjs'

/** Longer than any answer may take. */
const PATIENCE_MS = 10_000

serve(async (/** @type {{ port: number, perSecond: number, ms: number }} */ { port, perSecond, ms }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const latency = createHistogram()
  let [sent, answered, failed] = [0, 0, 0]
  const start = performance.now()
  for (let now = 0; now < ms; now = performance.now() - start) {
    while (sent < (now * perSecond) / 1000) {
      const dueMs = start + (sent * 1000) / perSecond
      sent++
      get({ host: '127.0.0.1', port, agent, timeout: PATIENCE_MS }, (response) => {
        response.resume().once('end', () => {
          answered++
          latency.record(Math.max(1, Math.round((performance.now() - dueMs) * 1000)))
        })
      }).on('error', () => failed++)
    }
    await sleep(1)
  }
  for (let i = 0; i < 100 && answered + failed < sent; i++) await sleep(PATIENCE_MS / 100)
  agent.destroy()
  const ms3 = (/** @type {number} */ microseconds) => Number((microseconds / 1000).toFixed(3))
  const { max } = latency
  return { http: { p50: ms3(latency.percentile(50)), p99: ms3(latency.percentile(99)), max: ms3(max) }, sent, answered }
})
