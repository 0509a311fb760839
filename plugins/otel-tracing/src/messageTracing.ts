import type { Context, Span, TextMapPropagator, Tracer } from '@opentelemetry/api'
import { context, isSpanContextValid, propagation, ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api'
import type { HeadersInput, ProducerRecord } from '@posthorn/contracts'
import { addMessageAttributes, commonAttributes, type Operation } from './attributes.ts'
import { copyOf, hasAny, headerGetter, headerSetter } from './headers.ts'
import { marked } from './mark.ts'
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
  private readonly operation: Operation
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
    this.operation = parts.batchSpans ? 'create' : 'send'
    this.fields = (parts.propagator ?? propagation).fields()
  }

  onSend(record: ProducerRecord<unknown, unknown>): ProducerRecord<unknown, unknown> {
    const { headers } = record
    if (headers !== undefined && hasAny(headers, this.fields)) return this.custom(record, headers)
    // Nearly all that a record costs whose trace is not recorded: nothing before it may be dearer.
    const ambient = context.active()
    return ambient === this.untraced ? record : this.decide(record, headers, ambient)
  }

  private decide(
    record: ProducerRecord<unknown, unknown>,
    headers: HeadersInput | undefined,
    ambient: Context,
  ): ProducerRecord<unknown, unknown> {
    const caller = trace.getSpan(ambient)
    if (caller === undefined) return this.outside(record, ambient)
    if (!isTraced(caller)) {
      this.untraced = ambient
      return record
    }
    if (this.parts.messageSpans) return this.begin(record, ambient) ?? record
    return marked(record, this.inject(ambient, headers), { span: null, creation: caller.spanContext(), ambient })
  }

  /** The application has said itself where the message comes from: nothing is changed, and the batch links to it. */
  private custom(record: ProducerRecord<unknown, unknown>, headers: HeadersInput): ProducerRecord<unknown, unknown> {
    const { propagator } = this.parts
    const ambient = (propagator ?? propagation).extract(ROOT_CONTEXT, copyOf(headers), headerGetter)
    const creation = trace.getSpanContext(ambient)
    if (creation === undefined || (creation.traceFlags & TraceFlags.SAMPLED) === 0) return record
    return marked(record, headers, { span: null, creation, ambient })
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
    const traced = this.begin(record, this.turn ?? active, this.turn === null)
    if (this.turn === null) queueMicrotask(this.endTurn)
    if (traced === null) {
      this.turn = 'not recorded'
      this.untraced = active
    } else this.turn ??= this.latest
    return traced ?? record
  }

  /** The context of the span that was begun last. */
  private latest: Context = ROOT_CONTEXT

  /** The record with a span of its own; `null` when nobody records it. `isRoot`: the batch's span is begun in it. */
  private begin(
    record: ProducerRecord<unknown, unknown>,
    ambient: Context,
    isRoot = false,
  ): ProducerRecord<unknown, unknown> | null {
    const { tracer, clientId, time } = this.parts
    const { topic } = record
    const attributes = commonAttributes(this.operation, topic, clientId)
    addMessageAttributes(attributes, record)
    const startTime = time.now()
    const span = tracer.startSpan(
      `${this.operation} ${topic}`,
      { kind: SpanKind.PRODUCER, attributes, startTime },
      ambient,
    )
    if (!span.isRecording()) return null
    const own = trace.setSpan(ambient, span)
    this.latest = own
    const message = { span, creation: span.spanContext(), ambient: isRoot ? own : ambient }
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
