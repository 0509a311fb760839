import type { Context, Span, TextMapPropagator, Tracer } from '@opentelemetry/api'
import { context, isSpanContextValid, propagation, ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api'
import type { HeadersInput, ProducerRecord } from '@posthorn/contracts'
import { TopicSpans, withMessage } from './attributes.ts'
import { copyOf, hasAny, headerGetter, headerSetter } from './headers.ts'
import { marked, TracedMessage } from './mark.ts'
import { MessageContext } from './messageContext.ts'
import type { SpanTime } from './spanTime.ts'

/** What spans of messages are made with. */
export interface MessageTracingParts {
  readonly tracer: Tracer
  readonly propagator: Pick<TextMapPropagator, 'inject' | 'extract' | 'fields'> | undefined
  readonly clientId: string
  readonly time: SpanTime
  readonly messageSpans: boolean
  readonly batchSpans: boolean
}

/**
 * Decides which messages are traced, begins their spans and writes their contexts into headers. What is not recorded
 * costs a look at the caller's context, and goes on as the object that it was.
 */
export class MessageTracing {
  private readonly parts: MessageTracingParts
  private readonly spans: TopicSpans
  /** Headers that say where a message comes from. */
  private readonly fields: readonly string[]
  /** Outside of any trace: what was decided for the messages of this turn; `null` before the first of them. */
  private turn: Context | 'not recorded' | null = null
  /** The latest context that is not recorded: most records have one in common with the record before. */
  private untraced: Context | null = null
  private readonly endTurn = (): void => {
    // Outside of any trace, that holds for this turn only.
    if (this.turn === 'not recorded') this.untraced = null
    this.turn = null
  }

  constructor(parts: MessageTracingParts) {
    this.parts = parts
    this.spans = new TopicSpans(parts.batchSpans ? 'create' : 'send', parts.clientId)
    this.fields = (parts.propagator ?? propagation).fields()
  }

  onSend(record: ProducerRecord<unknown, unknown>): ProducerRecord<unknown, unknown> {
    if (record.headers !== undefined && hasAny(record.headers, this.fields)) return this.custom(record, record.headers)
    // Nearly all that a record costs whose trace is not recorded: nothing before it may be dearer.
    const ambient = context.active()
    return ambient === this.untraced ? record : this.decide(record, ambient)
  }

  private decide(record: ProducerRecord<unknown, unknown>, ambient: Context): ProducerRecord<unknown, unknown> {
    const caller = trace.getSpan(ambient)
    if (caller === undefined) return this.outside(record, ambient)
    if (!isTraced(caller)) {
      this.untraced = ambient
      return record
    }
    if (this.parts.messageSpans) return this.begin(record, ambient, false) ?? record
    const message = new TracedMessage(null, caller.spanContext(), ambient)
    return marked(record, this.inject(ambient, record.headers), message)
  }

  /** The application has said itself where the message comes from: nothing is changed, and the batch links to it. */
  private custom(record: ProducerRecord<unknown, unknown>, headers: HeadersInput): ProducerRecord<unknown, unknown> {
    const { propagator } = this.parts
    const ambient = (propagator ?? propagation).extract(ROOT_CONTEXT, copyOf(headers), headerGetter)
    const creation = trace.getSpanContext(ambient)
    if (creation === undefined || (creation.traceFlags & TraceFlags.SAMPLED) === 0) return record
    return marked(record, headers, new TracedMessage(null, creation, ambient))
  }

  /**
   * Outside of any trace. To ask a sampler costs several times what a record costs, so the messages that are sent in one
   * go are decided on together, and share a trace, which the first of them begins.
   */
  private outside(record: ProducerRecord<unknown, unknown>, active: Context): ProducerRecord<unknown, unknown> {
    if (!this.parts.messageSpans || this.turn === 'not recorded') {
      this.untraced = active
      return record
    }
    const isFirst = this.turn === null
    const traced = this.begin(record, this.turn ?? active, isFirst)
    if (isFirst) queueMicrotask(this.endTurn)
    if (traced !== null) return traced
    this.turn = 'not recorded'
    this.untraced = active
    return record
  }

  /**
   * The record with a span of its own; `null` when nobody records it. `isRoot`: what follows in this turn, and the batch's
   * span, are begun in it.
   */
  private begin(
    record: ProducerRecord<unknown, unknown>,
    ambient: Context,
    isRoot: boolean,
  ): ProducerRecord<unknown, unknown> | null {
    const { tracer, time } = this.parts
    const { name, attributes } = this.spans.of(record.topic)
    const options = {
      kind: SpanKind.PRODUCER,
      attributes: withMessage(attributes, record),
      startTime: time.now(),
    }
    const span = tracer.startSpan(name, options, ambient)
    if (!span.isRecording()) return null
    const own = trace.setSpan(isRoot ? ambient : new MessageContext(ambient), span)
    if (isRoot) this.turn = own
    const message = new TracedMessage(span, span.spanContext(), isRoot ? own : ambient)
    return marked(record, this.inject(own, record.headers), message)
  }

  private inject(from: Context, headers: HeadersInput | undefined): HeadersInput {
    const copy = copyOf(headers)
    const { propagator } = this.parts
    if (propagator === undefined) propagation.inject(from, copy, headerSetter)
    else propagator.inject(from, copy, headerSetter)
    return copy
  }
}

/** A span that was begun elsewhere is not recorded here, and may be there: its flag tells. */
function isTraced(span: Span): boolean {
  if (span.isRecording()) return true
  const spanContext = span.spanContext()
  return (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0 && isSpanContextValid(spanContext)
}
