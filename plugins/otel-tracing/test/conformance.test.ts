import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { hooksConformance, interceptorConformance } from '@posthorn/testkit/conformance'
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { OtelTracing } from '../src/index.ts'
import { otelTracing } from '../src/index.ts'
import { traceparent } from './support/stage.ts'

const exporter = new InMemorySpanExporter()
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
const tracing = (options: { messageSpans?: boolean; batchSpans?: boolean } = {}): OtelTracing =>
  otelTracing({ tracerProvider, propagator: new W3CTraceContextPropagator(), ...options })

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => {
  context.disable()
})

describe.each([
  ['', {}],
  [', without spans of messages', { messageSpans: false }],
  [', without spans of batches', { batchSpans: false }],
])('otelTracing keeps the contract of Interceptor%s', (_, options) => {
  const request = tracerProvider.getTracer('application').startSpan('request')
  const cases = interceptorConformance({
    create: () => tracing(options).interceptor<unknown, unknown>,
    // One that comes with a trace of its own.
    records: () => [{ topic: 'orders', value: 'text', headers: { traceparent: traceparent(request) } }],
    within: (work) => context.with(trace.setSpan(ROOT_CONTEXT, request), work),
  })
  for (const { name, run } of cases) test(name, run)
})

describe('otelTracing keeps the contract of Hooks', () => {
  for (const { name, run } of hooksConformance({ create: () => tracing().hooks })) test(name, run)
})
