import type { TextMapPropagator, TracerProvider } from '@opentelemetry/api'

/** Options of `otelTracing`. */
export interface OtelTracingOptions {
  /** Makes spans. Default: the global provider. */
  readonly tracerProvider?: TracerProvider | undefined
  /** Writes contexts into headers, and knows which headers are its own. Default: the global propagator. */
  readonly propagator?: TextMapPropagator | undefined
  /**
   * A span for each message of a recorded trace: `create <topic>`, whose context the record carries. Without, the record
   * carries the context of the caller's span. Default true.
   */
  readonly messageSpans?: boolean | undefined
  /**
   * A span `send <topic>` for each batch with a message of a recorded trace, with links to the contexts of those
   * messages. Without, the messages' own spans are called `send <topic>`. Default true.
   */
  readonly batchSpans?: boolean | undefined
}
