import type { Attributes } from '@opentelemetry/api'
import type { BatchEvent, ConnectionEvent, ProducerRecord } from '@posthorn/contracts'

/** What a span is of, in the words of the conventions. */
export type Operation = 'create' | 'send'

const textual: ReadonlySet<string> = new Set(['string', 'number', 'bigint', 'boolean'])

/** Attributes of every span of a producer. */
export function commonAttributes(operation: Operation, topic: string, clientId: string): Attributes {
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

/** Adds what is known of a message before it is sent. Into what is there already: it is done for each message. */
export function addMessageAttributes(
  attributes: Attributes,
  { key, value, partition }: ProducerRecord<unknown, unknown>,
): void {
  if (hasCanonicalText(key)) attributes['kafka.message.key'] = String(key)
  if (value === null) attributes['kafka.message.tombstone'] = true
  if (partition !== undefined) attributes['messaging.destination.partition.id'] = String(partition)
}

/** Where a batch went. */
export function batchAttributes({ partition }: BatchEvent, broker: ConnectionEvent | undefined): Attributes {
  return {
    ...partitionAttribute(partition.partition),
    ...(broker !== undefined && { 'server.address': broker.host, 'server.port': broker.port }),
  }
}

/** Partitions are strings in the conventions. */
export function partitionAttribute(partition: number): Attributes {
  return { 'messaging.destination.partition.id': String(partition) }
}

/** Bytes and objects have no text that everyone would write in the same way. */
function hasCanonicalText(key: unknown): key is string | number | bigint | boolean {
  return textual.has(typeof key)
}
