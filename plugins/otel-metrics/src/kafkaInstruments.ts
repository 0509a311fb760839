import type { Attributes, BatchObservableCallback, Meter, Observable } from '@opentelemetry/api'
import type { BatchSettledEvent, Metric, ProducerServices } from '@posthorn/contracts'
import { instrumentOf } from './instrumentOf.ts'

/** Attributes for Kafka's tags, by the conventions' names where they have one. */
const attributeNames: Readonly<Record<string, string>> = {
  'client-id': 'messaging.client.id',
  topic: 'messaging.destination.name',
  'node-id': 'kafka.node.id',
}

/** Kafka's producer metrics as observable instruments, read when a reader collects. */
export class KafkaInstruments {
  private readonly meter: Meter
  private readonly instruments = new Map<string, Observable>()
  private producer: ProducerServices | null = null
  private observed: Observable[] = []
  /** Metrics of a topic and of a broker come with the first of each, and have the same names for all of them. */
  private sawTopic = false
  private sawBroker = false

  constructor(meter: Meter) {
    this.meter = meter
  }

  /** The producer is assembled. */
  start(producer: ProducerServices): void {
    this.producer = producer
    this.discover()
  }

  /** A batch was settled: by then the metrics of its topic are there, and those of its broker if it was answered. */
  look({ attempts, baseOffset }: BatchSettledEvent): void {
    if (this.sawTopic && this.sawBroker) return
    if (attempts > 0 && (!this.sawTopic || baseOffset >= 0n)) {
      this.sawTopic = true
      this.sawBroker ||= baseOffset >= 0n
      this.discover()
    }
  }

  /** The producer has closed, and has no metrics any more. */
  stop(): void {
    this.meter.removeBatchObservableCallback(this.observe, this.observed)
    this.producer = null
  }

  private discover(): void {
    for (const metric of this.metrics()) this.instruments.set(keyOf(metric), this.instrument(metric))
    this.meter.removeBatchObservableCallback(this.observe, this.observed)
    this.observed = [...this.instruments.values()]
    this.meter.addBatchObservableCallback(this.observe, this.observed)
  }

  private instrument(metric: Metric): Observable {
    const known = this.instruments.get(keyOf(metric))
    if (known !== undefined) return known
    const { name, unit, monotonic } = instrumentOf(metric)
    const options = { description: metric.description, unit }
    return monotonic
      ? this.meter.createObservableCounter(name, options)
      : this.meter.createObservableGauge(name, options)
  }

  private readonly observe: BatchObservableCallback = (result) => {
    for (const metric of this.metrics()) {
      const instrument = this.instruments.get(keyOf(metric))
      const value = metric.value()
      // An average of nothing is no number.
      if (instrument !== undefined && !Number.isNaN(value)) result.observe(instrument, value, attributesOf(metric))
    }
  }

  private metrics(): readonly Metric[] {
    return this.producer?.metrics() ?? []
  }
}

function keyOf({ group, name }: Metric): string {
  return `${group}/${name}`
}

function attributesOf({ tags }: Metric): Attributes {
  return Object.fromEntries(Object.entries(tags).map(([tag, value]) => [attributeNames[tag] ?? tag, value]))
}
