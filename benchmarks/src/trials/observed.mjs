// The application of the trial `telemetry`: sends with a producer that is observed by a plugin, or by none.
import { setTimeout as sleep } from 'node:timers/promises'
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { otelMetrics } from '@posthorn/otel-metrics'
import { otelTracing } from '@posthorn/otel-tracing'
import { createProducer } from 'posthorn'
import { makePayloads } from '../driver/payloads.mjs'
import { serve } from './processes.mjs'

const { values } = makePayloads(100, 0, 'random')

/** Most records without an outcome; a quarter of them is sent at a time. */
const WINDOW = 10_000

/** Records that one request of the application sends. */
const PER_REQUEST = 10

/** Takes everything, keeps nothing. */
const exporter = {
  /** @type {(what: unknown, done: (result: { code: number }) => void) => void} */
  export: (_, done) => done({ code: 0 }),
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
}

/** @type {import('../driver/senders.mjs').Producer | undefined} */
let made
const producer = () => /** @type {import('../driver/senders.mjs').Producer} */ (made)

/** What requests of the application run in: one in a hundred is recorded. @type {import('@opentelemetry/api').Context[]} */
let requests = []

serve(async (/** @type {Order} */ order) => {
  if (order.do === 'send') return send(order.records, order.inRequests)
  const { plugin, ...options } = order.options
  made = createProducer({ ...options, ...observing(plugin), bootstrapServers: order.bootstrap })
  await made.partitionsFor('bench')
  return {}
})

/**
 * @typedef {{ do: 'start', bootstrap: string, options: { plugin: Plugin } }
 *   | { do: 'send', records: number, inRequests: boolean }} Order
 * @typedef {'none' | 'metrics' | 'tracing'} Plugin
 */

/** @param {Plugin} plugin */
function observing(plugin) {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const tracerProvider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.01) }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  requests = contexts(tracerProvider.getTracer('application'))
  if (plugin === 'metrics') {
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1000 })
    return { hooks: [otelMetrics({ meterProvider: new MeterProvider({ readers: [reader] }) })] }
  }
  if (plugin === 'none') return {}
  const tracing = otelTracing({ tracerProvider })
  return { interceptors: [tracing.interceptor], hooks: [tracing.hooks] }
}

/** @param {import('@opentelemetry/api').Tracer} tracer */
function contexts(tracer) {
  const spans = Array.from({ length: 10_000 }, () => tracer.startSpan('request'))
  const recorded = spans.filter((span) => span.isRecording()).slice(0, 1)
  const others = spans.filter((span) => !span.isRecording()).slice(0, 99)
  return [...recorded, ...others].map((span) => trace.setSpan(ROOT_CONTEXT, span))
}

/**
 * Sends so many records, and waits for all of them.
 *
 * @param {number} records
 * @param {boolean} inRequests whether each ten of them are sent within a span
 */
async function send(records, inRequests) {
  const before = process.cpuUsage()
  let sent = 0
  let acknowledged = 0
  const sendOne = () => {
    const value = /** @type {Uint8Array} */ (values[sent % values.length])
    const isTaken = producer().trySend({ topic: 'bench', partition: Math.floor(sent / 100) % 6, value }, onDelivery)
    if (isTaken) sent++
    return isTaken
  }
  const sendTen = () => {
    for (let i = 0; i < PER_REQUEST; i++) if (!sendOne()) return false
    return true
  }
  const fill = () => {
    while (sent < records && sent - acknowledged < WINDOW) {
      const turn = sent / PER_REQUEST
      const request = /** @type {import('@opentelemetry/api').Context} */ (requests[Math.floor(turn) % requests.length])
      if (!(inRequests ? context.with(request, sendTen) : sendTen())) {
        producer()
          .ready()
          .then(fill, () => {})
        return
      }
    }
  }
  let filling = false
  const onDelivery = () => {
    acknowledged++
    if (sent - acknowledged > WINDOW * 0.75 || filling) return
    // Not within the callback: the next records are not sent by the request of the one that was answered.
    filling = true
    setImmediate(() => {
      filling = false
      context.with(ROOT_CONTEXT, fill)
    })
  }
  context.with(ROOT_CONTEXT, fill)
  while (acknowledged < records) await sleep(5)
  const { user, system } = process.cpuUsage(before)
  return { cpuUsPerRecord: (user + system) / records }
}
