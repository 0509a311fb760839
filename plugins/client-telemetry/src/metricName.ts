import type { Metric } from '@posthorn/contracts'

/** Kafka's telemetry name: `record-send-total` of `producer-topic-metrics` is `org.apache.kafka.producer.topic.record.send.total`. */
export function metricName({ group, name }: Pick<Metric, 'group' | 'name'>): string {
  return `org.apache.kafka.${dotted(group.replace(/-metrics$/, ''))}.${dotted(name)}`
}

/** Labels: the tags, but for the client's id, which the request's header has. */
export function labels({ tags }: Pick<Metric, 'tags'>): Record<string, string> {
  const own = Object.entries(tags).filter(([tag]) => tag !== 'client-id')
  return Object.fromEntries(own.map(([tag, value]) => [tag.replaceAll(/[-.]/g, '_'), value]))
}

function dotted(text: string): string {
  return text.toLowerCase().replaceAll('-', '.')
}
