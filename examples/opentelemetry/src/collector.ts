import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** A value of an attribute, as OTLP has it in JSON. */
export type OtlpValue = Readonly<Record<string, unknown>>

/** Attributes, as OTLP has them in JSON. */
export type OtlpAttributes = readonly { readonly key: string; readonly value: OtlpValue }[]

/** A span, as OTLP has it in JSON. */
export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: OtlpAttributes
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
}

/** A metric, as OTLP has it in JSON. */
export interface OtlpMetric {
  readonly name: string
  readonly unit: string
  readonly sum?: { readonly dataPoints: readonly OtlpPoint[]; readonly isMonotonic: boolean }
  readonly gauge?: { readonly dataPoints: readonly OtlpPoint[] }
  readonly histogram?: { readonly dataPoints: readonly OtlpPoint[] }
}

/** A data point of a metric, as OTLP has it in JSON. */
export interface OtlpPoint {
  readonly attributes: OtlpAttributes
  readonly asDouble?: number
  readonly asInt?: number | string
  readonly count?: number | string
}

interface Scope {
  readonly spans?: readonly OtlpSpan[]
  readonly metrics?: readonly OtlpMetric[]
}

interface Resource {
  readonly resource: { readonly attributes: OtlpAttributes }
  readonly scopeSpans?: readonly Scope[]
  readonly scopeMetrics?: readonly Scope[]
}

/** What was exported, with the service that it came from. */
export type FromService<T> = T & { readonly service: string }

/** Takes OTLP over HTTP as JSON and keeps all of it: what a collector is for those who only want to look. */
export class Collector implements AsyncDisposable {
  readonly spans: FromService<OtlpSpan>[] = []
  readonly metrics: FromService<OtlpMetric>[] = []
  private readonly server = createServer((request, response) => {
    json(request).then(
      (body) => {
        this.keep(body as { resourceSpans?: readonly Resource[]; resourceMetrics?: readonly Resource[] })
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      },
      () => response.writeHead(400).end(),
    )
  })

  /** Resolves with the base URL. */
  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }

  private keep({
    resourceSpans = [],
    resourceMetrics = [],
  }: {
    resourceSpans?: readonly Resource[]
    resourceMetrics?: readonly Resource[]
  }): void {
    for (const { resource, scopeSpans = [], scopeMetrics = [] } of [...resourceSpans, ...resourceMetrics]) {
      const service = String(resource.attributes.find(({ key }) => key === 'service.name')?.value['stringValue'])
      for (const { spans = [] } of scopeSpans) this.spans.push(...spans.map((span) => ({ ...span, service })))
      for (const { metrics = [] } of scopeMetrics)
        this.metrics.push(...metrics.map((metric) => ({ ...metric, service })))
    }
  }
}
