import type { Env, Metric, ProducerServices } from '@posthorn/contracts'
import { pushTelemetry } from '@posthorn/protocol'
import type { Compression } from './compression.ts'
import type { Told } from './payload.ts'
import { payloadOf } from './payload.ts'
import type { Reading } from './readings.ts'
import { readingsOf } from './readings.ts'
import type { Subscription } from './subscription.ts'

/** What pushes are made of. */
export interface PushParts {
  readonly env: Env
  readonly compression: Compression
  /** Metrics of the application (KIP-1076). */
  applicationMetrics(): readonly Metric[]
}

/** Where a push goes, and as what. */
export interface Push {
  readonly services: ProducerServices
  readonly broker: number
  readonly clientInstanceId: string
  readonly subscription: Subscription
  readonly terminating: boolean
}

/** Makes pushes, and remembers what the cluster has been told. One at a time. */
export class Pushes {
  private readonly parts: PushParts
  private readonly startMs: number
  private lastMs: number
  private told: Told = new Map()

  constructor(parts: PushParts) {
    this.parts = parts
    this.startMs = parts.env.clock.epochMs()
    this.lastMs = this.startMs
  }

  /** Pushes the metrics that are wanted; resolves with Kafka's error number, rejects when there was no answer. */
  async push({ services, broker, clientInstanceId, subscription, terminating }: Push): Promise<number> {
    const { env, compression } = this.parts
    const { startMs, lastMs } = this
    const nowMs = env.clock.epochMs()
    const payload = payloadOf(this.readings(services), subscription, { startMs, lastMs, nowMs }, this.told)
    const { type, bytes } = await compression.compress(payload.bytes, subscription.acceptedCompressionTypes)
    const { errorCode } = await services.request(
      pushTelemetry,
      { clientInstanceId, subscriptionId: subscription.id, terminating, compressionType: type, metrics: bytes },
      broker,
    )
    // What was refused is told with the next push.
    if (errorCode === 0) {
      this.told = payload.told
      this.lastMs = nowMs
    }
    return errorCode
  }

  private readings(services: ProducerServices): Reading[] {
    const { logger } = this.parts.env
    let application: readonly Metric[] = []
    try {
      application = this.parts.applicationMetrics()
    } catch (error) {
      logger.error('applicationMetrics of client telemetry threw', { error })
    }
    return readingsOf(services.metrics(), application, (error, { group, name }) =>
      logger.error('a metric of the application threw and is not pushed', { group, name, error }),
    )
  }
}
