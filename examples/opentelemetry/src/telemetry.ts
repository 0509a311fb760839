import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'

/** What a service gives to whatever is traced and measured in it. */
export interface Telemetry {
  readonly tracerProvider: TracerProvider
  readonly meterProvider: MeterProvider
  readonly propagator: CompositePropagator
  /** Exports what is left. After the producer has closed, so that its last spans and counts are there. */
  shutdown(): Promise<void>
}

/** How a service is watched. */
export interface TelemetryOptions {
  readonly serviceName: string
  /** Base URL of a collector that takes OTLP over HTTP. */
  readonly collector: string
  /** The part of all traces that is recorded, where it is decided here. */
  readonly ratio: number
}

/** Sets the SDK up. Once for a process; the context manager is the only thing that is global. */
export function startTelemetry({ serviceName, collector, ratio }: TelemetryOptions): Telemetry {
  // Without it nothing knows which request it runs in.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const resource = resourceFromAttributes({ 'service.name': serviceName })
  const tracerProvider = new TracerProvider({
    resource,
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${collector}/v1/traces` }) })],
  })
  const exporter = new OTLPMetricExporter({ url: `${collector}/v1/metrics` })
  const meterProvider = new MeterProvider({ resource, readers: [new PeriodicExportingMetricReader({ exporter })] })
  const propagator = new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  })
  return {
    tracerProvider,
    meterProvider,
    propagator,
    shutdown: async () => {
      await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown()])
    },
  }
}
