import { trace } from '@opentelemetry/api'
import type { Env, Hooks, Interceptor, Plugin, ProducerRecord } from '@posthorn/contracts'
import { markOf } from './mark.ts'
import { MessageTracing } from './messageTracing.ts'
import type { OtelTracingOptions } from './options.ts'
import { OutcomeTracing } from './outcomeTracing.ts'
import { SpanTime } from './spanTime.ts'
import { SCHEMA_URL, scope } from './version.ts'

/** The two plugins that trace a producer together. */
export interface OtelTracing {
  /** Begins and ends the spans of messages. The last among `interceptors`, so that it sees records as they are sent. */
  readonly interceptor: <K, V>(env: Env) => Interceptor<K, V>
  /** Tells which messages made a batch, and where it went. One of `hooks`. */
  readonly hooks: Plugin<Hooks>
}

interface Tracing {
  readonly messages: MessageTracing
  readonly outcomes: OutcomeTracing
}

/**
 * Traces a producer with OpenTelemetry as the semantic conventions for messaging say: a span for each message and batch
 * of a trace that is recorded, and in the record's headers the context that a consumer continues. Records whose trace is
 * not recorded go on as they are. Needs nothing but `@opentelemetry/api`.
 */
export function otelTracing(options: OtelTracingOptions = {}): OtelTracing {
  const { tracerProvider, propagator, messageSpans = true, batchSpans = true } = options
  // What a producer gives to its plugins is what its two have in common.
  const made = new WeakMap<Env, Tracing>()
  const tracingOf = (env: Env): Tracing => {
    const known = made.get(env)
    if (known !== undefined) return known
    const { clientId } = env
    const provider = tracerProvider ?? trace.getTracerProvider()
    const tracer = provider.getTracer(scope.name, scope.version, { schemaUrl: SCHEMA_URL })
    const time = new SpanTime(env.clock)
    const parts = { tracer, propagator, clientId, time, messageSpans, batchSpans }
    const tracing = { messages: new MessageTracing(parts), outcomes: new OutcomeTracing(parts) }
    made.set(env, tracing)
    return tracing
  }
  return {
    interceptor: <K, V>(env: Env): Interceptor<K, V> => {
      const { messages, outcomes } = tracingOf(env)
      return {
        name: 'otel-tracing',
        onSend: (record) => messages.onSend(record) as ProducerRecord<K, V>,
        watches: (record) => markOf(record) !== undefined,
        onAcknowledgement: (record, metadata, error) => {
          const message = markOf(record)
          if (message !== undefined) outcomes.onAcknowledgement(message, metadata, error)
        },
      }
    },
    hooks: (env) => {
      const { outcomes } = tracingOf(env)
      return {
        name: 'otel-tracing',
        onConnect: (event) => outcomes.onConnect(event),
        onBatchSettled: (event) => outcomes.onBatchSettled(event),
      }
    },
  }
}
