/**
 * The producer itself: accumulator, sender, metadata and network client, assembled from the plugins that it is given.
 * Most people install `posthorn`, which brings a transport, codecs and a partitioner.
 *
 * @packageDocumentation
 */
export type { DeliveryCallback } from './accumulator/answers.ts'
export { parseBootstrapServers, type HostPort } from './config/bootstrapServers.ts'
export type { ProducerSettings } from './config/defaults.ts'
export type { ProducerOptions } from './config/options.ts'
export { configurationKeys, refuseUnknownKeys } from './config/resolveConfig.ts'
export { createProducer } from './createProducer.ts'
export { BrokerSession, type SessionOptions } from './network/brokerSession.ts'
export type {
  CloseOptions,
  CloseReport,
  FlushOptions,
  PartitionDescription,
  Producer,
  SendAllOptions,
  SendOptions,
  SendOutcome,
  WritableOptions,
} from './producer/producer.ts'
export { RecordSink } from './producer/recordSink.ts'
export { systemClock } from './time/systemClock.ts'
