import { subscribe } from 'node:diagnostics_channel'
import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { diagnosticsChannel } from '@posthorn/diagnostics-channel'
import { otelMetrics } from '@posthorn/otel-metrics'
import { otelTracing } from '@posthorn/otel-tracing'

/**
 * What watches a producer, and what the application does with it.
 *
 * @typedef {object} Observer
 * @property {readonly any[]} [hooks]
 * @property {readonly any[]} [interceptors]
 * @property {() => Promise<unknown>} [collect] collects metrics
 */

/** Takes everything, keeps nothing. */
const exporter = {
  /** @type {(what: unknown, done: (result: { code: number }) => void) => void} */
  export: (_, done) => done({ code: 0 }),
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
}

/** Collects when it is told to. */
class Reader extends MetricReader {
  onForceFlush() {
    return Promise.resolve()
  }

  onShutdown() {
    return Promise.resolve()
  }
}

/** @type {Readonly<Record<string, () => Observer>>} */
const observers = {
  nothing: () => ({}),
  'interceptor-sending': () => ({
    interceptors: [() => ({ name: 'sending', onSend: (/** @type {unknown} */ record) => record })],
  }),
  'interceptor-outcomes': () => {
    let outcomes = 0
    return { interceptors: [() => ({ name: 'outcomes', onAcknowledgement: () => outcomes++ })] }
  },
  hook: () => {
    let batches = 0
    return { hooks: [() => ({ name: 'hook', onBatchSettled: () => batches++ })] }
  },
  'channels-silent': () => ({ hooks: [diagnosticsChannel()] }),
  'channels-heard': () => {
    let messages = 0
    for (const channel of ['posthorn:batch:settled', 'posthorn:request:answered']) subscribe(channel, () => messages++)
    return { hooks: [diagnosticsChannel()] }
  },
  metrics: () => {
    const reader = new Reader()
    const meterProvider = new MeterProvider({ readers: [reader] })
    return { hooks: [otelMetrics({ meterProvider })], collect: () => reader.collect() }
  },
  'tracing-hundredth': () => tracing(new TraceIdRatioBasedSampler(0.01)),
  'tracing-all': () => tracing(new AlwaysOnSampler()),
}

/** @param {import('@opentelemetry/sdk-trace').Sampler} root */
function tracing(root) {
  const tracerProvider = makeTracerProvider(root)
  const { interceptor, hooks } = otelTracing({ tracerProvider })
  return { interceptors: [interceptor], hooks: [hooks] }
}

/** @param {import('@opentelemetry/sdk-trace').Sampler} root */
function makeTracerProvider(root) {
  return new TracerProvider({
    sampler: new ParentBasedSampler({ root }),
    // What does not fit is dropped, as in an application that makes spans faster than it exports them.
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
}

/**
 * What a hundred requests of an application run in: so many of them are recorded.
 *
 * @param {number} recorded
 */
export function makeRequests(recorded) {
  const tracers = [new AlwaysOnSampler(), new AlwaysOffSampler()].map((root) =>
    makeTracerProvider(root).getTracer('application'),
  )
  return Array.from({ length: 100 }, (_, i) => {
    const tracer = /** @type {import('@opentelemetry/api').Tracer} */ (tracers[i < recorded ? 0 : 1])
    return trace.setSpan(ROOT_CONTEXT, tracer.startSpan('request', {}, ROOT_CONTEXT))
  })
}

/**
 * @param {string} name
 * @returns {Observer}
 */
export function makeObserver(name) {
  const make = observers[name]
  if (make === undefined) throw new Error(`no observer ${name}`)
  return make()
}
