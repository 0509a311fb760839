import type { GetTelemetrySubscriptionsResponse } from '@posthorn/protocol'

/** What the cluster wants, with every value as Kafka's clients understand it. */
export interface Subscription {
  readonly id: number
  readonly pushIntervalMs: number
  readonly deltaTemporality: boolean
  readonly acceptedCompressionTypes: readonly number[]
  /** Whether a metric of that name is wanted; `null` when none is. */
  readonly wants: ((name: string) => boolean) | null
}

/** What an interval means that is not positive, and how long to wait after an answer without one, in ms. */
export const DEFAULT_INTERVAL_MS = 300_000

/** Kafka's least `interval.ms`: what a broker says below that would be a flood. */
const LEAST_INTERVAL_MS = 100

/** Reads an answer (TEL-03, TEL-04). */
export function subscriptionOf(response: GetTelemetrySubscriptionsResponse): Subscription {
  const { subscriptionId, pushIntervalMs, deltaTemporality, acceptedCompressionTypes, requestedMetrics } = response
  return {
    id: subscriptionId,
    pushIntervalMs: pushIntervalMs > 0 ? Math.max(pushIntervalMs, LEAST_INTERVAL_MS) : DEFAULT_INTERVAL_MS,
    deltaTemporality,
    acceptedCompressionTypes,
    wants: selector(requestedMetrics),
  }
}

function selector(prefixes: readonly string[]): Subscription['wants'] {
  if (prefixes.length === 0) return null
  if (prefixes.some((prefix) => prefix === '*' || prefix === '')) return () => true
  return (name) => prefixes.some((prefix) => name.startsWith(prefix))
}
