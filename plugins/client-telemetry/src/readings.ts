import type { Metric } from '@posthorn/contracts'
import { labels, metricName } from './metricName.ts'

/** A metric as it was when it was read, under the name that it is pushed by. */
export interface Reading {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** Name and labels: what a receiver tells series apart by. */
  readonly series: string
  /** Whether it only ever grows. */
  readonly isTotal: boolean
  readonly value: number
}

/**
 * Reads the producer's metrics, then the application's. Of two that would be pushed as the same series the first holds,
 * so none takes the place of one of the producer's (TEL-09). What has no value is left out, and so is one of the
 * application's that throws: `onThrow` is told.
 */
export function readingsOf(
  own: readonly Metric[],
  application: readonly Metric[],
  onThrow: (error: unknown, metric: Metric) => void,
): Reading[] {
  const found = new Map<string, Reading>()
  const read = (metric: Metric): void => {
    const name = metricName(metric)
    const of = labels(metric)
    const series = JSON.stringify([name, Object.entries(of).sort()])
    if (found.has(series)) return
    const value = metric.value()
    found.set(series, { name, labels: of, series, isTotal: metric.name.endsWith('-total'), value })
  }
  for (const metric of own) read(metric)
  for (const metric of application) {
    try {
      read(metric)
    } catch (error) {
      onThrow(error, metric)
    }
  }
  return [...found.values()].filter(({ value }) => Number.isFinite(value))
}
