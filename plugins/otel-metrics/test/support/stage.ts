import type { Attributes } from '@opentelemetry/api'
import type { Histogram, MetricData } from '@opentelemetry/sdk-metrics'
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import type { Producer, ProducerOptions } from '@posthorn/core'
import { createProducer } from '@posthorn/core'
import { roundRobin } from '@posthorn/partitioners'
import type { ClusterOptions } from '@posthorn/testkit'
import { type Cluster, createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import type { OtelMetricsOptions } from '../../src/index.ts'
import { otelMetrics } from '../../src/index.ts'

/** Collects when a test says so, and hands everything to the SDK's in-memory exporter. */
class Reader extends MetricReader {
  readonly exporter: InMemoryMetricExporter

  constructor(temporality: AggregationTemporality) {
    super({ aggregationTemporalitySelector: () => temporality })
    this.exporter = new InMemoryMetricExporter(temporality)
  }

  async take(): Promise<MetricData[]> {
    const { resourceMetrics, errors } = await this.collect()
    if (errors.length > 0) throw new AggregateError(errors)
    await new Promise<void>((resolve) => this.exporter.export(resourceMetrics, () => resolve()))
    return (
      this.exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? []
    )
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve()
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve()
  }
}

/** A producer with the plugin, and what the SDK exports of it. */
export class Stage {
  readonly clock: VirtualClock = new VirtualClock()
  readonly cluster: Cluster
  readonly producer: Producer<Uint8Array | string, Uint8Array | string>
  readonly logged: string[] = []
  readonly meterProvider: MeterProvider
  private readonly reader: Reader

  constructor(
    cluster: ClusterOptions = {},
    options: Partial<ProducerOptions<Uint8Array | string, Uint8Array | string>> = {},
    plugin: OtelMetricsOptions = {},
    temporality: AggregationTemporality = AggregationTemporality.CUMULATIVE,
  ) {
    const { clock } = this
    const random = seededRandom(1)
    this.reader = new Reader(temporality)
    this.meterProvider = new MeterProvider({ readers: [this.reader] })
    this.cluster = createCluster({ brokers: 2, topics: { orders: 2 }, latencyMs: 4, ...cluster, clock, random })
    const log = (message: string): void => void this.logged.push(message)
    this.producer = createProducer({
      bootstrapServers: this.cluster.bootstrapServers,
      transport: this.cluster.transport(),
      partitioner: roundRobin(),
      clientId: 'billing',
      lingerMs: 10,
      clock,
      random,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: log },
      hooks: [otelMetrics({ meterProvider: this.meterProvider, ...plugin })],
      ...options,
    })
  }

  /** Runs virtual time until the promise settles. */
  until<T>(promise: Promise<T>): Promise<T> {
    return this.clock.runUntil(promise)
  }

  /** Sends records to a partition, and waits for every outcome. */
  async send(count: number, partition = 0, topic = 'orders'): Promise<void> {
    const sends = Array.from({ length: count }, (_, i) => this.producer.send({ topic, partition, value: `v${i}` }))
    await this.until(Promise.allSettled(sends))
  }

  /** What the SDK exports now. */
  collect(): Promise<MetricData[]> {
    return this.reader.take()
  }

  /** One metric of what the SDK exports now. */
  async metric(name: string): Promise<MetricData | undefined> {
    return (await this.collect()).find(({ descriptor }) => descriptor.name === name)
  }

  /** The points of one metric that are numbers: attributes and value. */
  async points(name: string): Promise<{ readonly attributes: Attributes; readonly value: number }[]> {
    const points = (await this.metric(name))?.dataPoints ?? []
    return points.map(({ attributes, value }) => ({ attributes, value: value as number }))
  }

  /** The points of the duration: attributes, boundaries, number and sum. */
  async durations(): Promise<(Point & { readonly boundaries: readonly number[] })[]> {
    const points = (await this.metric('messaging.client.operation.duration'))?.dataPoints ?? []
    return points.map(({ attributes, value }) => {
      const { count, sum, buckets } = value as Histogram
      return { attributes, boundaries: buckets.boundaries, count, sum: sum ?? Number.NaN }
    })
  }
}

interface Point {
  readonly attributes: Attributes
  readonly count: number
  readonly sum: number
}
