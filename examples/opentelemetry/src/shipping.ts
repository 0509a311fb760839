import { context, ROOT_CONTEXT, SpanKind, type TextMapGetter, trace } from '@opentelemetry/api'
import type { Telemetry } from './telemetry.ts'

/** A record as a consumer gets it; those of kafkajs and of the test kit's cluster can be had as one. */
export interface Consumed {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly value: Uint8Array | null
  readonly headers: Readonly<Record<string, Uint8Array>>
}

const getter: TextMapGetter<Consumed['headers']> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, key) => {
    const value = headers[key]
    return value === undefined ? undefined : Buffer.from(value).toString()
  },
}

/**
 * Does `work` for an order within the trace that it was placed in: the context is taken from the record's headers, is the
 * parent of the span, and is linked to, as the conventions want it.
 */
export async function ship(
  { headers, topic, partition, offset }: Consumed,
  { tracerProvider, propagator }: Pick<Telemetry, 'tracerProvider' | 'propagator'>,
  work: () => Promise<unknown>,
  now?: () => number,
): Promise<void> {
  const creation = propagator.extract(ROOT_CONTEXT, headers, getter)
  const link = trace.getSpanContext(creation)
  const startTime = now?.()
  const span = tracerProvider.getTracer('shipping').startSpan(
    `process ${topic}`,
    {
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system.name': 'kafka',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': topic,
        'messaging.destination.partition.id': String(partition),
        'kafka.offset': Number(offset),
      },
      links: link === undefined ? [] : [{ context: link }],
      ...(startTime !== undefined && { startTime }),
    },
    creation,
  )
  try {
    await context.with(trace.setSpan(creation, span), work)
  } finally {
    span.end(now?.())
  }
}
