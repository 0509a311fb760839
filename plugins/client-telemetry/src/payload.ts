import type { HrTime } from '@opentelemetry/api'
import { ValueType } from '@opentelemetry/api'
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import { emptyResource } from '@opentelemetry/resources'
import type { MetricData } from '@opentelemetry/sdk-metrics'
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics'
import type { Reading } from './readings.ts'
import type { Subscription } from './subscription.ts'

/** A total as it was when the cluster was last told of it, and when that was, in ms since 1970. */
export interface LastTold {
  readonly value: number
  readonly ms: number
}

/** What the cluster was last told, by series. */
export type Told = ReadonlyMap<string, LastTold>

/** When a push is made, and since when there is something to tell, in ms since 1970. */
export interface Times {
  /** The producer was made. */
  readonly startMs: number
  /** The latest push, or `startMs`. */
  readonly lastMs: number
  readonly nowMs: number
}

/** Bytes of a push, and what to remember once it was answered. */
export interface Payload {
  readonly bytes: Uint8Array
  readonly told: Told
}

/**
 * The metrics that the subscription wants, as `MetricsData` of OpenTelemetry in protobuf. Kafka's totals are sums, since
 * `told` with delta temporality; everything else is a gauge.
 */
export function payloadOf(readings: readonly Reading[], subscription: Subscription, times: Times, told: Told): Payload {
  const { wants, deltaTemporality } = subscription
  const { startMs, lastMs, nowMs } = times
  const now = new Map<string, LastTold>()
  const metrics: MetricData[] = []
  for (const { name, labels: attributes, series, isTotal, value } of readings) {
    const isWanted = wants?.(name) === true
    const since = lastTold(told.get(series), value, lastMs)
    // A total that is not wanted now may be later, and is then told since it was last told.
    if (isTotal) now.set(series, isWanted ? { value, ms: nowMs } : since)
    if (!isWanted) continue
    const descriptor = { name, description: '', unit: '', valueType: ValueType.DOUBLE }
    const isDelta = isTotal && deltaTemporality
    const startTime = hrTime(isDelta ? since.ms : startMs)
    const dataPoints = [{ startTime, endTime: hrTime(nowMs), attributes, value: isDelta ? value - since.value : value }]
    const aggregationTemporality = isDelta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE
    const data = { descriptor, aggregationTemporality, dataPoints }
    if (isTotal) metrics.push({ ...data, dataPointType: DataPointType.SUM, isMonotonic: true })
    else metrics.push({ ...data, dataPointType: DataPointType.GAUGE })
  }
  const resourceMetrics = { resource: emptyResource(), scopeMetrics: [{ scope: { name: '' }, metrics }] }
  return { bytes: ProtobufMetricsSerializer.serializeRequest(resourceMetrics) ?? new Uint8Array(0), told: now }
}

/** A total below what was told is another one of that name: that of a topic that was forgotten and came again. */
function lastTold(told: LastTold | undefined, value: number, lastMs: number): LastTold {
  return told === undefined || value < told.value ? { value: 0, ms: lastMs } : told
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}
