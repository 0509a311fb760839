/**
 * The interfaces between Posthorn's producer and its plugins, the errors that all of them throw, and shared no-ops.
 * No dependencies.
 *
 * @packageDocumentation
 */
export { addressName } from './addressName.ts'
export type { Api } from './api.ts'
export type { Checksum } from './checksum.ts'
export type { Clock, Timer } from './clock.ts'
export { noTimer } from './clock.ts'
export type { Codec, CodecName } from './codec.ts'
export type {
  ApiRange,
  AppendedRecords,
  BrokerCompatibility,
  OldProduceRequest,
  OldProduceResponse,
} from './compatibility.ts'
export type {
  BatchFailure,
  ControlPlane,
  Delivery,
  DeliveryGuard,
  GuardedBatch,
  PartitionRef,
  ProducerStamp,
  Verdict,
} from './delivery.ts'
export type { Env, Plugin } from './env.ts'
export type { ErrorAction, ErrorSeverity, KafkaErrorDetails } from './errors.ts'
export {
  AuthenticationError,
  BrokerError,
  BufferExhaustedError,
  ConfigError,
  ConnectionError,
  KafkaError,
  ProtocolError,
  RecordError,
  StateError,
  StreamError,
  TimeoutError,
  UnsupportedVersionError,
} from './errors.ts'
export type {
  BatchEvent,
  BatchSettledEvent,
  ConnectionEvent,
  DisconnectEvent,
  Hooks,
  MetadataEvent,
  RequestEvent,
  ResponseEvent,
  RetryEvent,
  SplitEvent,
  ThrottleEvent,
} from './hooks.ts'
export type { Interceptor } from './interceptor.ts'
export type { LogFields, Logger } from './logger.ts'
export { noopLogger } from './logger.ts'
export type { Metric } from './metrics.ts'
export type { Partitioner, TopicPartitioner, TopicView } from './partitioner.ts'
export type {
  HeaderValue,
  HeadersInput,
  ProducerRecord,
  RecordHeader,
  RecordHeaders,
  RecordMetadata,
} from './record.ts'
export type { BrokerNode, ProducerServices, RequestPlane, RequestTarget } from './requests.ts'
export type { SaslMechanism, SaslSession, SaslStep } from './sasl.ts'
export type { Serialized, Serializer } from './serializer.ts'
export type { BrokerAddress, ByteSink, Connection, ConnectionPurpose, Transport } from './transport.ts'
