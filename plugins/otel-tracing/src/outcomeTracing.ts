import type { Attributes, HrTime, Span, Tracer } from '@opentelemetry/api'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { BatchSettledEvent, ConnectionEvent, KafkaError, RecordMetadata } from '@posthorn/contracts'
import { batchAttributes, partitionAttribute, TopicSpans } from './attributes.ts'
import type { TracedMessage } from './mark.ts'
import type { SpanTime } from './spanTime.ts'

/** What spans are ended with. */
export interface OutcomeTracingParts {
  readonly tracer: Tracer
  readonly clientId: string
  readonly time: SpanTime
  readonly batchSpans: boolean
}

/**
 * Ends the spans of messages and makes those of batches. The outcomes of a batch's records come first and the batch's own
 * after them, all in one go; what is left then never was in a batch.
 */
export class OutcomeTracing {
  private readonly parts: OutcomeTracingParts
  private readonly brokers = new Map<number, ConnectionEvent>()
  private readonly spans: TopicSpans
  /** Those whose outcome is known, in order, as long as their spans have not ended. */
  private settled: TracedMessage[] = []
  private readonly endRest = (): void => {
    for (const message of this.settled.splice(0)) end(message, null, this.parts.time.now())
  }

  constructor(parts: OutcomeTracingParts) {
    this.parts = parts
    this.spans = new TopicSpans('send', parts.clientId)
  }

  onConnect(event: ConnectionEvent): void {
    this.brokers.set(event.nodeId, event)
  }

  onAcknowledgement(message: TracedMessage, metadata: RecordMetadata, error: KafkaError | null): void {
    if (this.settled.length === 0) queueMicrotask(this.endRest)
    message.metadata = metadata
    message.error = error
    this.settled.push(message)
  }

  onBatchSettled(event: BatchSettledEvent): void {
    if (this.settled.length === 0) return
    const own = this.takeThoseOf(event)
    if (own.length === 0) return
    const where = batchAttributes(event, this.brokers.get(event.nodeId))
    const endTime = this.parts.time.at(event.settledMs)
    if (this.parts.batchSpans) this.batchSpan(event, own, where, endTime)
    for (const message of own) end(message, where, endTime)
  }

  /** The messages of this batch; they are settled no longer. */
  private takeThoseOf(event: BatchSettledEvent): readonly TracedMessage[] {
    const { settled } = this
    if (settled.every((message) => isOf(event, message))) {
      this.settled = []
      return settled
    }
    const own: TracedMessage[] = []
    const others: TracedMessage[] = []
    for (const message of settled) (isOf(event, message) ? own : others).push(message)
    this.settled = others
    return own
  }

  private batchSpan(event: BatchSettledEvent, own: readonly TracedMessage[], where: Attributes, endTime: HrTime): void {
    const { tracer, time } = this.parts
    const { name, attributes } = this.spans.of(event.partition.topic)
    const span = tracer.startSpan(
      name,
      {
        // Its context is not what the messages carry.
        kind: SpanKind.CLIENT,
        links: own.map((message) => ({ context: message.creation })),
        attributes: { ...attributes, ...where, 'messaging.batch.message_count': event.records },
        startTime: time.at(event.createdMs),
      },
      own[0]?.ambient,
    )
    if (event.error !== null) fail(span, event.error)
    span.end(endTime)
  }
}

/** `where` the batch went; `null` for a message that never was in one. */
function end({ span, metadata, error }: TracedMessage, where: Attributes | null, endTime: HrTime): void {
  if (span === null || metadata === null) return
  const { partition, offset } = metadata
  if (where !== null) span.setAttributes(where)
  else if (partition >= 0) span.setAttributes(partitionAttribute(partition))
  if (offset >= 0n) span.setAttribute('kafka.offset', Number(offset))
  if (error !== null) fail(span, error)
  span.end(endTime)
}

/** The outcome of a record is of a batch when place and error are; one of several invalid records has its own (KIP-467). */
function isOf({ partition, error }: BatchSettledEvent, { metadata, error: own }: TracedMessage): boolean {
  if (metadata?.topic !== partition.topic || metadata.partition !== partition.partition) return false
  return own === error || (own !== null && error !== null && own.cause === error)
}

function fail(span: Span, { code, message }: KafkaError): void {
  span.setAttribute('error.type', code)
  span.setStatus({ code: SpanStatusCode.ERROR, message })
}
