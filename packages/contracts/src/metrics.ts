/** One of the producer's metrics, under Kafka's name for it. */
export interface Metric {
  /** Kafka's name, for example `record-send-rate`. */
  readonly name: string
  /** Kafka's group: `producer-metrics`, `producer-topic-metrics` or `producer-node-metrics`. */
  readonly group: string
  /** What is measured, and its unit. */
  readonly description: string
  /** `client-id`, and `topic` or `node-id` where the metric is of one. */
  readonly tags: Readonly<Record<string, string>>
  /**
   * The value now. Rates are per second, over `metricsNumSamples` windows of `metricsSampleWindowMs`; averages and
   * maxima cover the same time and are NaN when nothing was recorded in it; totals never go down.
   */
  value(): number
}
