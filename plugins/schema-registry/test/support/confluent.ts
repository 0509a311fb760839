import { createRequire } from 'node:module'
import type { RegistrySerializer } from '../../src/index.ts'

type Make<T> = new (client: Client, type: 'KEY' | 'VALUE', options: object) => T

interface Client {
  register(subject: string, schema: { schema: string; schemaType: string }): Promise<number>
}

interface Deserializer {
  deserialize(topic: string, bytes: Buffer, headers?: Record<string, unknown>): Promise<unknown>
}

/** What the tests use of `@confluentinc/schemaregistry`, whose own types name a package that it does not bring along. */
export interface Confluent {
  readonly SchemaRegistryClient: new (options: { baseURLs: string[] }) => Client
  readonly AvroSerializer: Make<RegistrySerializer>
  readonly AvroDeserializer: Make<Deserializer>
  readonly JsonSerializer: Make<RegistrySerializer>
  readonly JsonDeserializer: Make<Deserializer>
  readonly ProtobufSerializer: Make<RegistrySerializer & { readonly registry: { add(schema: unknown): void } }>
  readonly ProtobufDeserializer: Make<Deserializer>
  readonly HeaderSchemaIdSerializer: unknown
}

const require = createRequire(import.meta.url)
const load = (file: string): Confluent => require(`@confluentinc/schemaregistry/dist/${file}`) as Confluent

/** Confluent's client, without what its encryption rules load: clients of key services, which are not installed here. */
export const confluent: Confluent = {
  ...load('schemaregistry-client'),
  ...load('serde/serde'),
  ...load('serde/avro'),
  ...load('serde/json'),
  ...load('serde/protobuf'),
}
