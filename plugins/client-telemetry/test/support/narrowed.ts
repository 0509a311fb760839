import type { Api, Hooks, Plugin, ProducerServices } from '@posthorn/contracts'
import type { GetTelemetrySubscriptionsResponse, PushTelemetryRequest } from '@posthorn/protocol'
import { getTelemetrySubscriptions, pushTelemetry } from '@posthorn/protocol'

/** Telemetry of which the broker seems to accept fewer codecs than it does, and what went over the wire. */
export interface Narrowed {
  readonly hooks: Plugin<Hooks>
  /** What the broker really accepts, as it said last. */
  readonly offered: readonly number[]
  readonly pushed: readonly PushTelemetryRequest[]
  /** Error numbers of the answers to pushes. */
  readonly answers: readonly number[]
}

/** Lets through only those of the broker's codecs that are in `only`; `null` for all. */
export function narrowed(telemetry: Plugin<Hooks>, only: readonly number[] | null): Narrowed {
  const pushed: PushTelemetryRequest[] = []
  const answers: number[] = []
  let offered: readonly number[] = []

  const between = (services: ProducerServices): ProducerServices => ({
    maxVersion: (apiKey, nodeId) => services.maxVersion(apiKey, nodeId),
    metrics: () => services.metrics(),
    async request<Request, Response>(
      api: Api<Request, Response>,
      body: Request,
      ...rest: [to: Parameters<ProducerServices['request']>[2], signal?: AbortSignal]
    ): Promise<Response> {
      if (api.key === pushTelemetry.key) pushed.push(body as PushTelemetryRequest)
      const answer = await services.request(api, body, ...rest)
      if (api.key === pushTelemetry.key) answers.push((answer as { errorCode: number }).errorCode)
      if (api.key !== getTelemetrySubscriptions.key) return answer
      offered = (answer as GetTelemetrySubscriptionsResponse).acceptedCompressionTypes
      return { ...answer, acceptedCompressionTypes: offered.filter((id) => only?.includes(id) ?? true) }
    },
  })
  return {
    hooks: (env) => {
      const inner = telemetry(env)
      return { ...inner, onStart: (services) => inner.onStart?.(between(services)) }
    },
    get offered() {
      return offered
    },
    pushed,
    answers,
  }
}
