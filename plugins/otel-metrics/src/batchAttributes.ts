import type { Attributes } from '@opentelemetry/api'
import type { BatchEvent, ConnectionEvent, PartitionRef } from '@posthorn/contracts'

/** Attributes of one partition and its leader. */
export interface BatchAttributes {
  /** Of `messaging.client.operation.duration`. */
  readonly operation: Attributes
  /** Of `messaging.client.sent.messages`, which has no `messaging.operation.type`. */
  readonly messages: Attributes
}

interface Kept extends BatchAttributes {
  readonly nodeId: number
}

/** Attributes of batches, made once for each partition and leader. */
export class BatchAttributesSource {
  private readonly brokers = new Map<number, ConnectionEvent>()
  private readonly kept = new WeakMap<PartitionRef, Kept>()

  /** A broker was reached: under this name and port. */
  onConnect(event: ConnectionEvent): void {
    this.brokers.set(event.nodeId, event)
  }

  /** Attributes of a batch. */
  of({ partition, nodeId }: BatchEvent): BatchAttributes {
    const known = this.kept.get(partition)
    if (known?.nodeId === nodeId) return known
    const broker = this.brokers.get(nodeId)
    const messages = {
      'messaging.system.name': 'kafka',
      // What it was called until lately, and what most dashboards ask for still.
      'messaging.system': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.destination.name': partition.topic,
      'messaging.destination.partition.id': String(partition.partition),
      ...(broker !== undefined && { 'server.address': broker.host, 'server.port': broker.port }),
    }
    const made = { nodeId, messages, operation: { ...messages, 'messaging.operation.type': 'send' } }
    // The broker of a batch that was never sent is not known, and that of the next one may be.
    if (broker !== undefined) this.kept.set(partition, made)
    return made
  }
}
