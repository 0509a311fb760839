/**
 * Avro, Protobuf and JSON Schema for Posthorn, by the serializers of a schema registry's client.
 *
 * @packageDocumentation
 */
export type { RegistrySerializer, SchemaRegistryOptions } from './schemaRegistry.ts'
export { schemaRegistry } from './schemaRegistry.ts'
