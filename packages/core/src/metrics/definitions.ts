import type { Statistic } from './sensor.ts'

/** One metric of a sensor: Kafka's name, what is read, what it tells. */
export type Definition = readonly [name: string, statistic: Statistic, description: string]

/** Names of the sensors of the whole producer. */
export type ProducerSensor =
  | 'batchSize'
  | 'compressionRate'
  | 'queueTime'
  | 'requestTime'
  | 'recordsPerRequest'
  | 'retries'
  | 'errors'
  | 'recordSize'
  | 'splits'
  | 'throttleTime'
  | 'bufferExhausted'
  | 'connectionsOpened'
  | 'connectionsClosed'
  | 'requests'
  | 'bytesOut'
  | 'responses'
  | 'bytesIn'
  | 'flushTime'
  | 'metadataWaitTime'
  | 'bufferWaitTime'

/** Names of the sensors of a topic. */
export type TopicSensor = 'records' | 'bytes' | 'compressionRate' | 'retries' | 'errors'

/** Names of the sensors of a broker. */
export type NodeSensor = 'requestTime'

/** The metrics of each sensor of a group. */
export type Definitions<Names extends string> = Readonly<Record<Names, readonly Definition[]>>

/** Metrics of the whole producer by the sensor that feeds them; group `producer-metrics`. */
export const producerDefinitions: Definitions<ProducerSensor> = {
  batchSize: [
    ['batch-size-avg', 'avg', 'bytes of a batch as sent, on average'],
    ['batch-size-max', 'max', 'bytes of the largest batch as sent'],
  ],
  compressionRate: [['compression-rate-avg', 'avg', 'size of compressed records over their size before, on average']],
  queueTime: [
    ['record-queue-time-avg', 'avg', 'ms that batches waited before they were sent, on average'],
    ['record-queue-time-max', 'max', 'ms that a batch waited at most before it was sent'],
  ],
  requestTime: [
    ['request-latency-avg', 'avg', 'ms from a produce request to its answer, on average'],
    ['request-latency-max', 'max', 'ms from a produce request to its answer at most'],
  ],
  recordsPerRequest: [
    ['record-send-rate', 'rate', 'records sent per second, those sent again included'],
    ['record-send-total', 'total', 'records sent, those sent again included'],
    ['records-per-request-avg', 'avg', 'records of a request, on average'],
  ],
  retries: [
    ['record-retry-rate', 'rate', 'records queued to be sent again, per second'],
    ['record-retry-total', 'total', 'records queued to be sent again'],
  ],
  errors: [
    ['record-error-rate', 'rate', 'records that failed, per second'],
    ['record-error-total', 'total', 'records that failed'],
  ],
  recordSize: [
    ['record-size-max', 'max', 'bytes of the largest record'],
    ['record-size-avg', 'avg', 'bytes of the largest record of each batch, on average'],
  ],
  splits: [
    ['batch-split-rate', 'rate', 'batches divided because a broker found them too large, per second'],
    ['batch-split-total', 'total', 'batches divided because a broker found them too large'],
  ],
  throttleTime: [
    ['produce-throttle-time-avg', 'avg', 'ms of pause that brokers asked for in an answer, on average'],
    ['produce-throttle-time-max', 'max', 'ms of pause that a broker asked for at most'],
  ],
  bufferExhausted: [
    ['buffer-exhausted-rate', 'rate', 'records refused for want of memory, per second'],
    ['buffer-exhausted-total', 'total', 'records refused for want of memory'],
  ],
  connectionsOpened: [
    ['connection-creation-rate', 'rate', 'connections opened per second'],
    ['connection-creation-total', 'total', 'connections opened'],
  ],
  connectionsClosed: [
    ['connection-close-rate', 'rate', 'connections closed per second'],
    ['connection-close-total', 'total', 'connections closed'],
  ],
  requests: [
    ['request-rate', 'rate', 'requests sent per second'],
    ['request-total', 'total', 'requests sent'],
  ],
  bytesOut: [
    ['outgoing-byte-rate', 'rate', 'bytes sent per second'],
    ['outgoing-byte-total', 'total', 'bytes sent'],
    ['request-size-avg', 'avg', 'bytes of a request, on average'],
    ['request-size-max', 'max', 'bytes of the largest request'],
  ],
  responses: [
    ['response-rate', 'rate', 'answers received per second'],
    ['response-total', 'total', 'answers received'],
  ],
  bytesIn: [
    ['incoming-byte-rate', 'rate', 'bytes received per second'],
    ['incoming-byte-total', 'total', 'bytes received'],
  ],
  flushTime: [['flush-time-ns-total', 'total', 'nanoseconds spent in flush']],
  metadataWaitTime: [['metadata-wait-time-ns-total', 'total', 'nanoseconds that sends waited for metadata']],
  bufferWaitTime: [['bufferpool-wait-time-ns-total', 'total', 'nanoseconds that sends waited for memory']],
}

/** Metrics of one topic; group `producer-topic-metrics`. */
export const topicDefinitions: Definitions<TopicSensor> = {
  records: [
    ['record-send-rate', 'rate', 'records of the topic sent per second, those sent again included'],
    ['record-send-total', 'total', 'records of the topic sent, those sent again included'],
  ],
  bytes: [
    ['byte-rate', 'rate', 'bytes of the topic sent per second'],
    ['byte-total', 'total', 'bytes of the topic sent'],
  ],
  compressionRate: [['compression-rate', 'avg', 'size of compressed records of the topic over their size before']],
  retries: [
    ['record-retry-rate', 'rate', 'records of the topic queued to be sent again, per second'],
    ['record-retry-total', 'total', 'records of the topic queued to be sent again'],
  ],
  errors: [
    ['record-error-rate', 'rate', 'records of the topic that failed, per second'],
    ['record-error-total', 'total', 'records of the topic that failed'],
  ],
}

/** Metrics of one broker; group `producer-node-metrics`. */
export const nodeDefinitions: Definitions<NodeSensor> = {
  requestTime: [
    ['request-latency-avg', 'avg', 'ms from a produce request to the broker’s answer, on average'],
    ['request-latency-max', 'max', 'ms from a produce request to the broker’s answer at most'],
  ],
}
