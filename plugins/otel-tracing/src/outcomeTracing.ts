import type { Attributes, Span, Tracer } from '@opentelemetry/api'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { BatchSettledEvent, ConnectionEvent, KafkaError, RecordMetadata } from '@posthorn/contracts'
import { batchAttributes, commonAttributes, partitionAttribute } from './attributes.ts'
import type { TracedMessage } from './mark.ts'
import type { SpanTime } from './spanTime.ts'

/** What spans are ended with. */
export interface OutcomeTracingParts {
  readonly tracer: Tracer
  readonly clientId: string
  readonly time: SpanTime
  readonly batchSpans: boolean
}

interface Outcome {
  readonly message: TracedMessage
  readonly metadata: RecordMetadata
  readonly error: KafkaError | null
}

/**
 * Ends the spans of messages and makes those of batches. The outcomes of a batch's records come first and the batch's own
 * after them, all in one go; what is left then never was in a batch.
 */
export class OutcomeTracing {
  private readonly parts: OutcomeTracingParts
  private readonly brokers = new Map<number, ConnectionEvent>()
  private outcomes: Outcome[] = []
  private readonly endRest = (): void => {
    for (const outcome of this.outcomes.splice(0)) this.end(outcome, null, this.parts.time.now())
  }

  constructor(parts: OutcomeTracingParts) {
    this.parts = parts
  }

  onConnect(event: ConnectionEvent): void {
    this.brokers.set(event.nodeId, event)
  }

  onAcknowledgement(message: TracedMessage, metadata: RecordMetadata, error: KafkaError | null): void {
    if (this.outcomes.length === 0) queueMicrotask(this.endRest)
    this.outcomes.push({ message, metadata, error })
  }

  onBatchSettled(event: BatchSettledEvent): void {
    if (this.outcomes.length === 0) return
    const own: Outcome[] = []
    const others: Outcome[] = []
    for (const outcome of this.outcomes) (isOf(event, outcome) ? own : others).push(outcome)
    if (own.length === 0) return
    this.outcomes = others
    const where = batchAttributes(event, this.brokers.get(event.nodeId))
    if (this.parts.batchSpans) this.batchSpan(event, own, where)
    const endTime = this.parts.time.at(event.settledMs)
    for (const outcome of own) this.end(outcome, where, endTime)
  }

  private batchSpan(event: BatchSettledEvent, own: readonly Outcome[], where: Attributes): void {
    const { tracer, clientId, time } = this.parts
    const { topic } = event.partition
    const span = tracer.startSpan(
      `send ${topic}`,
      {
        // Its context is not what the messages carry.
        kind: SpanKind.CLIENT,
        links: own.map(({ message }) => ({ context: message.creation })),
        attributes: {
          ...commonAttributes('send', topic, clientId),
          ...where,
          'messaging.batch.message_count': event.records,
        },
        startTime: time.at(event.createdMs),
      },
      own[0]?.message.ambient,
    )
    if (event.error !== null) fail(span, event.error)
    span.end(time.at(event.settledMs))
  }

  /** `where` the batch went; `null` for a message that never was in one. */
  private end({ message, metadata, error }: Outcome, where: Attributes | null, endTime: number): void {
    const { span } = message
    if (span === null) return
    const { partition, offset } = metadata
    if (where !== null) span.setAttributes(where)
    else if (partition >= 0) span.setAttributes(partitionAttribute(partition))
    if (offset >= 0n) span.setAttribute('kafka.offset', Number(offset))
    if (error !== null) fail(span, error)
    span.end(endTime)
  }
}

/** The outcome of a record is of a batch when place and error are; one of several invalid records has its own (KIP-467). */
function isOf({ partition, error }: BatchSettledEvent, { metadata, error: own }: Outcome): boolean {
  if (metadata.topic !== partition.topic || metadata.partition !== partition.partition) return false
  return own === error || (own !== null && error !== null && own.cause === error)
}

function fail(span: Span, { code, message }: KafkaError): void {
  span.setAttribute('error.type', code)
  span.setStatus({ code: SpanStatusCode.ERROR, message })
}
