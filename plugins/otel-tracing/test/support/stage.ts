import type { Context, Span, TracerProvider } from '@opentelemetry/api'
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import type { ReadableSpan, Sampler } from '@opentelemetry/sdk-trace'
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider as SdkTracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Producer, ProducerOptions } from '@posthorn/core'
import { createProducer } from '@posthorn/core'
import { roundRobin } from '@posthorn/partitioners'
import { type Cluster, createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import type { OtelTracingOptions } from '../../src/index.ts'
import { otelTracing } from '../../src/index.ts'

type Bytes = Uint8Array | string

/** A producer with the plugin, and what the SDK exports of it. */
export class Stage {
  readonly clock: VirtualClock = new VirtualClock()
  readonly cluster: Cluster
  readonly producer: Producer<Bytes, Bytes>
  readonly provider: TracerProvider
  readonly logged: string[] = []
  /** How often a span was asked for. */
  begun = 0
  private readonly exporter = new InMemorySpanExporter()

  constructor(
    plugin: OtelTracingOptions = {},
    options: Partial<ProducerOptions<Bytes, Bytes>> = {},
    sampler?: Sampler,
    topics: readonly string[] = ['orders'],
  ) {
    const { clock, exporter } = this
    const random = seededRandom(1)
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    const sdk = new SdkTracerProvider({
      spanProcessors: [new SimpleSpanProcessor({ exporter })],
      ...(sampler !== undefined && { sampler }),
    })
    this.provider = {
      getTracer: (...of) => {
        const tracer = sdk.getTracer(...of)
        return {
          startSpan: (...span) => {
            this.begun++
            return tracer.startSpan(...span)
          },
          startActiveSpan: tracer.startActiveSpan.bind(tracer),
        }
      },
    }
    this.cluster = createCluster({
      brokers: 2,
      topics: Object.fromEntries(topics.map((topic) => [topic, 2])),
      latencyMs: 4,
      clock,
      random,
    })
    const tracing = otelTracing({
      tracerProvider: this.provider,
      propagator: new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      }),
      ...plugin,
    })
    this.producer = createProducer({
      bootstrapServers: this.cluster.bootstrapServers,
      transport: this.cluster.transport(),
      partitioner: roundRobin(),
      clientId: 'billing',
      lingerMs: 10,
      clock,
      random,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: (text) => void this.logged.push(text) },
      interceptors: [tracing.interceptor],
      hooks: [tracing.hooks],
      ...options,
    })
  }

  /** Runs virtual time until the promise settles. */
  until<T>(promise: Promise<T>): Promise<T> {
    return this.clock.runUntil(promise)
  }

  /** Runs `work` in a span `request` of the application, and waits for what it gives. */
  async inRequest<T>(work: () => Promise<T>): Promise<T> {
    const span = this.provider.getTracer('application').startSpan('request')
    this.begun--
    try {
      return await this.until(context.with(trace.setSpan(ROOT_CONTEXT, span), work))
    } finally {
      span.end()
    }
  }

  /** A context with a span of another process. */
  remote(sampled: boolean): Context {
    return trace.setSpanContext(ROOT_CONTEXT, { ...remoteSpan, traceFlags: sampled ? 1 : 0 })
  }

  /** What was exported so far. */
  spans(named?: string): ReadableSpan[] {
    return this.exporter.getFinishedSpans().filter(({ name }) => named === undefined || name === named)
  }

  /** The headers of what is stored, as text. */
  headers(topic = 'orders'): Record<string, string>[] {
    const decoder = new TextDecoder()
    return this.cluster
      .records(topic)
      .map(({ headers }) =>
        Object.fromEntries(headers.map(({ key, value }) => [key, decoder.decode(value ?? undefined)])),
      )
  }
}

/** A span of another process. */
export const remoteSpan = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' } as const

/** `traceparent` of a recorded span. */
export function traceparent(span: Pick<Span, 'spanContext'> | ReadableSpan): string {
  const { traceId, spanId } = span.spanContext()
  return `00-${traceId}-${spanId}-01`
}

/** Milliseconds of the SDK's times. */
export function ms([seconds, nanos]: readonly [number, number]): number {
  return seconds * 1000 + nanos / 1e6
}
