/**
 * A Kafka producer, assembled: `createProducer({ bootstrapServers })` is all it takes.
 *
 * @packageDocumentation
 */
export { createProducer } from './createProducer.ts'
export { explain, explanationOf, type Explanation } from './explain/explain.ts'
export type { NodeWritableOptions } from './nodeWritable.ts'
export { nodeWritable } from './nodeWritable.ts'
export type {
  ClientProperties,
  CompressionProperties,
  PartitionerProperties,
  PropertiesOptions,
  PropertyOptions,
  PropertyWarning,
} from './properties/clientProperties.ts'
export { parsePropertiesText, type Property } from './properties/propertiesText.ts'
export { type OptionsOfProperties, propertiesOptions } from './properties/propertiesOptions.ts'
export type { SaslPropertiesOptions } from './properties/saslOfProperties.ts'
export { readProperties } from './properties/readProperties.ts'
export type {
  ClientCredentialsProperties,
  PasswordProperties,
  SaslProperties,
  TokenFileProperties,
  TokenSettings,
  UnsecuredTokenProperties,
} from './properties/saslProperties.ts'
export type {
  IdentityProperties,
  PemSource,
  TlsProperties,
  TlsVersion,
  TrustProperties,
} from './properties/tlsProperties.ts'
export type { AssemblyOptions, CompressionType, ProducerOptions, TransactionalProducerOptions } from './options.ts'
export { gzip } from '@posthorn/codec-gzip'
export { lz4 } from '@posthorn/codec-lz4'
export { snappy } from '@posthorn/codec-snappy'
export { zstd } from '@posthorn/codec-zstd'
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
} from '@posthorn/contracts'
export type { HeadersInput, HeaderValue, ProducerRecord, RecordHeader, RecordMetadata } from '@posthorn/contracts'
export type {
  CloseOptions,
  CloseReport,
  DeliveryCallback,
  FlushOptions,
  PartitionDescription,
  Producer,
  SendAllOptions,
  SendOptions,
  SendOutcome,
  WritableOptions,
} from '@posthorn/core'
export { idempotence } from '@posthorn/idempotence'
export { murmur2Sticky, roundRobin } from '@posthorn/partitioners'
export type { PasswordLogin, SaslOption, TokenLogin } from './sasl.ts'
export { clientCredentials, oauthBearer, plain, scramSha256, scramSha512, unsecuredToken } from '@posthorn/sasl'
export { bytes, json, string } from '@posthorn/serializers'
export type {
  ConsumerGroupMetadata,
  RunOptions,
  TransactionOffset,
  TransactionOptions,
  Transactions,
  TransactionState,
} from '@posthorn/transactions'
export { transactions } from '@posthorn/transactions'
export { tcp } from '@posthorn/transport-tcp'
export type { CertificateExpiry, CredentialProvider, TlsCredentials, TlsOptions } from '@posthorn/transport-tls'
export { tls } from '@posthorn/transport-tls'
