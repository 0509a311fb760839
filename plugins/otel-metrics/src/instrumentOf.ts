import type { Metric } from '@posthorn/contracts'

/** What a metric of Kafka's is in OpenTelemetry. */
export interface InstrumentDescription {
  /** For example `kafka.producer.topic.record_send_total`. */
  readonly name: string
  /** UCUM. */
  readonly unit: string
  /** True for a total, which never goes down. */
  readonly monotonic: boolean
}

/** Units by what Kafka's names say; the first that fits. */
const units: readonly (readonly [pattern: RegExp, unit: string])[] = [
  [/-ns-total$/, 'ns'],
  [/^compression-rate/, '1'],
  [/^metadata-age$/, 's'],
  [/bytes?(-|$)|-size-/, 'By'],
  [/-(latency|time)-(avg|max)$/, 'ms'],
  [/^(records?|buffer-exhausted)-/, '{record}'],
  [/^batch-/, '{batch}'],
  [/^connection-/, '{connection}'],
  [/^requests?-/, '{request}'],
  [/^response-/, '{response}'],
  [/^waiting-threads$/, '{send}'],
]

/** Name, unit and kind of a metric. The group is part of the name, so that those of a topic do not add up with the whole. */
export function instrumentOf({ name, group }: Pick<Metric, 'name' | 'group'>): InstrumentDescription {
  const namespace = group.replace(/-metrics$/, '').replaceAll('-', '.')
  const unit = units.find(([pattern]) => pattern.test(name))?.[1] ?? '1'
  const perSecond = name.endsWith('-rate') && unit !== '1'
  return {
    name: `kafka.${namespace}.${name.replaceAll('-', '_')}`,
    unit: perSecond ? `${unit}/s` : unit,
    monotonic: name.endsWith('-total'),
  }
}
