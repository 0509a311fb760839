import type { Attributes } from '@opentelemetry/api'
import type { BatchEvent, ConnectionEvent, ProducerRecord } from '@posthorn/contracts'

/** What a span is of, in the words of the conventions. */
export type Operation = 'create' | 'send'

/** What all spans of one operation for one topic have in common: made once, and copied by whoever keeps it. */
export interface TopicSpan {
  /** The span's name. */
  readonly name: string
  readonly attributes: Readonly<Attributes>
}

/** Most topics whose spans are remembered; an application that names topics without end is not to fill memory. */
const MOST_TOPICS = 1000

const textual: ReadonlySet<string> = new Set(['string', 'number', 'bigint', 'boolean'])

/** Names and attributes of the spans of an operation, by topic. */
export class TopicSpans {
  private readonly operation: Operation
  private readonly clientId: string
  private readonly known = new Map<string, TopicSpan>()

  constructor(operation: Operation, clientId: string) {
    this.operation = operation
    this.clientId = clientId
  }

  of(topic: string): TopicSpan {
    return this.known.get(topic) ?? this.make(topic)
  }

  private make(topic: string): TopicSpan {
    const { operation, clientId, known } = this
    const attributes = Object.freeze(commonAttributes(operation, topic, clientId))
    const made = { name: `${operation} ${topic}`, attributes }
    if (known.size >= MOST_TOPICS) known.clear()
    known.set(topic, made)
    return made
  }
}

/** Attributes of every span of a producer. */
function commonAttributes(operation: Operation, topic: string, clientId: string): Attributes {
  return {
    'messaging.system.name': 'kafka',
    // What it was called until lately, and what most dashboards ask for still.
    'messaging.system': 'kafka',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': topic,
    'messaging.client.id': clientId,
  }
}

/** The attributes, and what is known of a message before it is sent. */
export function withMessage(
  attributes: Readonly<Attributes>,
  { key, value, partition }: ProducerRecord<unknown, unknown>,
): Readonly<Attributes> {
  const isTextual = hasCanonicalText(key)
  if (!isTextual && value !== null && partition === undefined) return attributes
  const own: Attributes = { ...attributes }
  if (isTextual) own['kafka.message.key'] = String(key)
  if (value === null) own['kafka.message.tombstone'] = true
  if (partition !== undefined) own['messaging.destination.partition.id'] = String(partition)
  return own
}

/** Where a batch went. */
export function batchAttributes({ partition }: BatchEvent, broker: ConnectionEvent | undefined): Attributes {
  const where = partitionAttribute(partition.partition)
  if (broker !== undefined) {
    where['server.address'] = broker.host
    where['server.port'] = broker.port
  }
  return where
}

/** Partitions are strings in the conventions. */
export function partitionAttribute(partition: number): Attributes {
  return { 'messaging.destination.partition.id': String(partition) }
}

/** Bytes and objects have no text that everyone would write in the same way. */
function hasCanonicalText(key: unknown): key is string | number | bigint | boolean {
  return textual.has(typeof key)
}
