import type { Clock, Metric } from '@posthorn/contracts'
import { BATCH_HEADER_BYTES } from '@posthorn/protocol'
import type { ProducerBatch } from '../accumulator/batch.ts'
import type { NodeSensor, ProducerSensor, TopicSensor } from './definitions.ts'
import { nodeDefinitions, producerDefinitions, topicDefinitions } from './definitions.ts'
import type { SampleSettings } from './sensor.ts'
import { SensorGroup } from './sensorGroup.ts'

/** A value that is read when it is asked for. */
export interface Gauge {
  readonly name: string
  readonly description: string
  value(): number
}

/** The producer's metrics under Kafka's names (Table A of the catalogue). Recorded per batch and request, never per record. */
export class ProducerMetrics {
  private readonly clientId: string
  private readonly clock: Clock
  private readonly settings: SampleSettings
  private readonly producer: SensorGroup<ProducerSensor>
  private readonly topics = new Map<string, SensorGroup<TopicSensor>>()
  private readonly nodes = new Map<number, SensorGroup<NodeSensor>>()
  private gauges: readonly Gauge[] = []
  private closed = false

  constructor(clientId: string, clock: Clock, settings: SampleSettings) {
    this.clientId = clientId
    this.clock = clock
    this.settings = settings
    const tags = { 'client-id': clientId }
    this.producer = new SensorGroup(producerDefinitions, 'producer-metrics', tags, settings, clock.now())
  }

  /** Adds values that others hold. Told once, when the producer is assembled. */
  watch(gauges: readonly Gauge[]): void {
    this.gauges = gauges
  }

  /** Records a value of the whole producer. */
  record(sensor: ProducerSensor, value: number): void {
    this.producer.record(sensor, value, this.clock.now())
  }

  /** Batches were drained for one broker, to be sent in one request (MET-02 to MET-05). */
  onDrained(batches: readonly ProducerBatch[], nowMs: number): void {
    let records = 0
    for (const batch of batches) {
      const ratio = batch.recordBytes === 0 ? 1 : (batch.wireBytes - BATCH_HEADER_BYTES) / batch.recordBytes
      const topic = this.topic(batch.partition.topic, nowMs)
      records += batch.recordCount
      topic.record('records', batch.recordCount, nowMs)
      topic.record('bytes', batch.wireBytes, nowMs)
      topic.record('compressionRate', ratio, nowMs)
      this.producer.record('batchSize', batch.wireBytes, nowMs)
      this.producer.record('queueTime', nowMs - batch.createdMs, nowMs)
      this.producer.record('compressionRate', ratio, nowMs)
      this.producer.record('recordSize', batch.largestRecord, nowMs)
    }
    this.producer.record('recordsPerRequest', records, nowMs)
  }

  /** A request was handed to a connection. */
  onRequest(bytes: number): void {
    const nowMs = this.clock.now()
    this.producer.record('requests', 1, nowMs)
    this.producer.record('bytesOut', bytes, nowMs)
  }

  /** A request was answered by so many bytes. */
  onResponse(bytes: number): void {
    const nowMs = this.clock.now()
    this.producer.record('responses', 1, nowMs)
    this.producer.record('bytesIn', bytes, nowMs)
  }

  /** A produce request was answered (MET-07, MET-10). */
  onProduceResponse(nodeId: number, latencyMs: number, throttleTimeMs: number): void {
    const nowMs = this.clock.now()
    this.producer.record('requestTime', latencyMs, nowMs)
    this.producer.record('throttleTime', throttleTimeMs, nowMs)
    let node = this.nodes.get(nodeId)
    if (node === undefined) {
      const tags = { 'client-id': this.clientId, 'node-id': `node-${nodeId}` }
      node = new SensorGroup(nodeDefinitions, 'producer-node-metrics', tags, this.settings, nowMs)
      this.nodes.set(nodeId, node)
    }
    node.record('requestTime', latencyMs, nowMs)
  }

  /** Records are sent again (MET-06). */
  onRetry(topic: string, records: number): void {
    this.count('retries', topic, records)
  }

  /** Records failed (MET-06); one by one if they never reached a batch (MET-15). */
  onError(topic: string, records: number): void {
    this.count('errors', topic, records)
  }

  /** All metrics, for as long as the producer is open (MET-14). */
  all(): Metric[] {
    if (this.closed) return []
    const now = (): number => this.clock.now()
    const metrics = [...this.producer.metrics(now)]
    for (const topic of this.topics.values()) metrics.push(...topic.metrics(now))
    for (const node of this.nodes.values()) metrics.push(...node.metrics(now))
    const tags = { 'client-id': this.clientId }
    for (const gauge of this.gauges) metrics.push({ ...gauge, group: 'producer-metrics', tags })
    return metrics
  }

  /** The producer has closed. */
  close(): void {
    this.closed = true
    this.topics.clear()
    this.nodes.clear()
  }

  private count(sensor: 'retries' | 'errors', topic: string, records: number): void {
    const nowMs = this.clock.now()
    this.producer.record(sensor, records, nowMs)
    this.topics.get(topic)?.record(sensor, records, nowMs)
  }

  private topic(name: string, nowMs: number): SensorGroup<TopicSensor> {
    let topic = this.topics.get(name)
    if (topic === undefined) {
      const tags = { 'client-id': this.clientId, topic: name }
      topic = new SensorGroup(topicDefinitions, 'producer-topic-metrics', tags, this.settings, nowMs)
      this.topics.set(name, topic)
    }
    return topic
  }
}
