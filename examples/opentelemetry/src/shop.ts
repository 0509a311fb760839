import { context, defaultTextMapGetter, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { otelMetrics } from '@posthorn/otel-metrics'
import { otelTracing } from '@posthorn/otel-tracing'
import { createProducer, json, type ProducerOptions } from 'posthorn'
import type { Telemetry } from './telemetry.ts'

/** An order, as it is published. */
export interface Order {
  readonly id: number
  readonly article: string
}

/** Takes carts and publishes an order for each article. */
export interface Shop {
  /** A request of a customer, with what HTTP headers it has: resolves once Kafka has stored all orders of it. */
  checkout(customer: string, articles: readonly string[], headers?: Readonly<Record<string, string>>): Promise<void>
  /** Publishes what is still on its way, and ends. */
  close(): Promise<void>
}

/** Starts the shop. `now`, in ms since 1970, is for tests and pictures: the SDK has a clock of its own. */
export function startShop(kafka: ProducerOptions<string, Order>, telemetry: Telemetry, now?: () => number): Shop {
  const { tracerProvider, meterProvider, propagator } = telemetry
  const tracing = otelTracing({ tracerProvider, propagator })
  const producer = createProducer<string, Order>({
    clientId: 'shop',
    valueSerializer: json<Order>(),
    ...kafka,
    interceptors: [tracing.interceptor],
    hooks: [tracing.hooks, otelMetrics({ meterProvider })],
  })
  const tracer = tracerProvider.getTracer('shop')
  let orders = 0
  return {
    checkout: async (customer, articles, headers = {}) => {
      const startTime = now?.()
      const options = { kind: SpanKind.SERVER, ...(startTime !== undefined && { startTime }) }
      // An HTTP instrumentation would do this.
      const caller = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)
      const request = tracer.startSpan('POST /checkout', options, caller)
      const publish = (): Promise<unknown> =>
        Promise.all(
          articles.map((article) =>
            producer.send({ topic: 'orders', key: customer, value: { id: ++orders, article } }),
          ),
        )
      try {
        await context.with(trace.setSpan(caller, request), publish)
      } catch (error) {
        request.setStatus({ code: SpanStatusCode.ERROR, message: String(error) })
        throw error
      } finally {
        request.end(now?.())
      }
    },
    close: async () => {
      await producer.close()
    },
  }
}
