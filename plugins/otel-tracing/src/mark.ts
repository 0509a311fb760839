import type { Context, Span, SpanContext } from '@opentelemetry/api'
import type { KafkaError, ProducerRecord, RecordMetadata } from '@posthorn/contracts'

/** What is known of a message whose trace is recorded. */
export class TracedMessage {
  /** Its own span; `null` where it has none. */
  readonly span: Span | null
  /** What its headers say it was created in. */
  readonly creation: SpanContext
  /** What the batch's span is begun in, if this is the first message of the batch. */
  readonly ambient: Context
  /** What became of it; `null` until that is known. */
  metadata: RecordMetadata | null = null
  error: KafkaError | null = null

  constructor(span: Span | null, creation: SpanContext, ambient: Context) {
    this.span = span
    this.creation = creation
    this.ambient = ambient
  }
}

/** Under a symbol of its own on the record: copies that other interceptors make carry it on. */
const key = Symbol('posthorn.otel-tracing')

interface Marked {
  readonly [key]?: TracedMessage
}

/** The record with other headers and a mark, as an object of its own. */
export function marked<K, V>(
  record: ProducerRecord<K, V>,
  headers: ProducerRecord<K, V>['headers'],
  message: TracedMessage,
): ProducerRecord<K, V> {
  // By name as well: in an object of a class they need not be its own.
  const { topic, key: recordKey, value, partition, timestamp } = record
  const copy: ProducerRecord<K, V> & Marked = {
    ...record,
    topic,
    key: recordKey,
    value,
    partition,
    timestamp,
    headers,
    [key]: message,
  }
  return copy
}

/** The mark of a record; `undefined` for one that is not traced. */
export function markOf(record: object): TracedMessage | undefined {
  return (record as Marked)[key]
}
