import { subscribe } from 'node:diagnostics_channel'
import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
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
  'tracing-batches': () => tracing(new AlwaysOnSampler(), { messageSpans: false }),
  'sdk-alone': () => sdkAlone(new AlwaysOnSampler()),
}

/**
 * @param {import('@opentelemetry/sdk-trace').Sampler} root
 * @param {import('@posthorn/otel-tracing').OtelTracingOptions} [options]
 */
function tracing(root, options) {
  const tracerProvider = makeTracerProvider(root)
  const { interceptor, hooks } = otelTracing({ tracerProvider, ...options })
  return { interceptors: [interceptor], hooks: [hooks] }
}

/**
 * The least that any instrumentation asks of API and SDK for a message: a look at the context, and, if it is recorded, a
 * span with the attributes that the conventions want at its start, and its context in a carrier, which is dropped.
 *
 * @param {import('@opentelemetry/sdk-trace').Sampler} root
 */
function sdkAlone(root) {
  const tracer = makeTracerProvider(root).getTracer('alone')
  const attributes = {
    'messaging.system.name': 'kafka',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'bench',
  }
  const onSend = (/** @type {unknown} */ record) => {
    const active = context.active()
    if (trace.getSpan(active)?.isRecording() === true) {
      const span = tracer.startSpan('send bench', { kind: SpanKind.PRODUCER, attributes }, active)
      propagation.inject(trace.setSpan(active, span), {})
      span.end()
    }
    return record
  }
  return { interceptors: [() => ({ name: 'sdk-alone', onSend })] }
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
 * Begins requests of an application, of a hundred so many recorded: what one runs in is made when it begins, as by any
 * instrumentation of servers.
 *
 * @param {number} recorded
 * @returns {() => import('@opentelemetry/api').Context}
 */
export function makeRequests(recorded) {
  const spans = [new AlwaysOnSampler(), new AlwaysOffSampler()].map((root) =>
    makeTracerProvider(root).getTracer('application').startSpan('request', {}, ROOT_CONTEXT),
  )
  const [sampled, other] = /** @type {[import('@opentelemetry/api').Span, import('@opentelemetry/api').Span]} */ (spans)
  let requests = 0
  return () => {
    const isSampled = requests++ % 100 < recorded
    // What the SDK gives for a span that is not recorded.
    return trace.setSpan(ROOT_CONTEXT, isSampled ? sampled : trace.wrapSpanContext(other.spanContext()))
  }
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
