import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Producer, ProducerOptions } from '@posthorn/core'
import { createProducer } from '@posthorn/core'
import { roundRobin } from '@posthorn/partitioners'
import type { ClusterOptions, TelemetryPush, TelemetrySubscription } from '@posthorn/testkit'
import { type Cluster, createCluster, VirtualClock } from '@posthorn/testkit'
import type { ClientTelemetry, ClientTelemetryOptions } from '../../src/index.ts'
import { clientTelemetry } from '../../src/index.ts'
import type { Pushed } from './otlp.ts'
import { readMetrics } from './otlp.ts'

type Bytes = Uint8Array | string

/** A cluster that wants telemetry, and a producer with the plugin. Chance is always 0.25. */
export class Stage {
  readonly clock: VirtualClock = new VirtualClock()
  readonly cluster: Cluster
  readonly telemetry: ClientTelemetry
  readonly producer: Producer<Bytes, Bytes>
  readonly logged: string[] = []

  constructor(
    subscription: TelemetrySubscription | undefined = {},
    plugin: ClientTelemetryOptions = {},
    { cluster, ...options }: Partial<ProducerOptions<Bytes, Bytes>> & { readonly cluster?: ClusterOptions } = {},
  ) {
    const { clock } = this
    this.cluster = createCluster({ brokers: 2, topics: { orders: 2 }, clock, telemetry: subscription, ...cluster })
    this.telemetry = clientTelemetry(plugin)
    const log = (text: string): void => void this.logged.push(text)
    this.producer = createProducer({
      bootstrapServers: this.cluster.bootstrapServers,
      transport: this.cluster.transport(),
      partitioner: roundRobin(),
      clientId: 'billing',
      clock,
      random: () => 0.25,
      logger: { debug: () => {}, info: () => {}, warn: log, error: log },
      hooks: [this.telemetry],
      ...options,
    })
  }

  /** Sends one record. */
  async send(topic = 'orders'): Promise<void> {
    await this.clock.runUntil(this.producer.send({ topic, partition: 0, value: 'v' }))
  }

  /** Pushes so far. */
  get pushes(): readonly TelemetryPush[] {
    return this.cluster.telemetry
  }

  /** The metrics of a push, the latest by default. */
  metrics(push: TelemetryPush | undefined = this.pushes.at(-1)): Pushed[] {
    if (push === undefined) throw new Error('nothing was pushed')
    return readMetrics(plain(push))
  }

  /** The value of a metric without labels in the latest push. */
  value(name: string): number | undefined {
    return this.metrics().find((metric) => metric.name === name)?.points[0]?.value
  }

  /** Requests about telemetry so far: names and decoded bodies. */
  requests(): { readonly name: string; readonly body: Record<string, unknown> }[] {
    return this.cluster.history
      .filter(({ apiName }) => apiName.includes('Telemetry'))
      .map(({ apiName, body }) => ({ name: apiName, body: body as Record<string, unknown> }))
  }

  close(timeoutMs?: number): Promise<unknown> {
    return this.clock.runUntil(this.producer.close(timeoutMs === undefined ? {} : { timeoutMs }))
  }
}

function plain({ compressionType, metrics }: TelemetryPush): Uint8Array {
  if (compressionType === 1) return new Uint8Array(gunzipSync(metrics))
  return compressionType === 4 ? new Uint8Array(zstdDecompressSync(metrics)) : metrics
}
