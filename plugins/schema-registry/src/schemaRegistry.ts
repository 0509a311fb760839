import type { Plugin, RecordHeaders, Serialized, Serializer } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import type { Framed } from './frames.ts'
import { Frames } from './frames.ts'

/**
 * What turns values into bytes in the wire format of a schema registry: `AvroSerializer`, `ProtobufSerializer` and
 * `JsonSerializer` of `@confluentinc/schemaregistry`, or anything of this shape.
 */
export interface RegistrySerializer {
  /** The bytes of `value`. May set headers, as members of `headers`. */
  serialize(topic: string, value: unknown, headers: Record<string, unknown>): Promise<Uint8Array>
  /** Called once when the producer closes. Optional. */
  close?(): void
}

/** Options of {@link schemaRegistry}. */
export interface SchemaRegistryOptions<T> {
  /**
   * The value alone, in the encoding of the one schema that is registered, without the registry's frame. Given, records
   * after a topic's first are serialized at once, by this and by what the first one showed of the frame. Not together with
   * rules of the registry (encryption, migration, conditions): it passes them by. Default: none, every record is
   * serialized by the registry's serializer, asynchronously.
   */
  readonly encode?: ((value: T) => Uint8Array) | undefined
  /**
   * With `encode`: which of several schemas a value has, for example its Protobuf type name. Values of each kind show their
   * own frame. Default: all have one schema.
   */
  readonly kindOf?: ((value: T) => string) | undefined
}

/**
 * Serializes keys or values by a serializer of a schema registry, which owns schemas, subjects, caches and rules. Headers
 * that it sets (a schema's GUID, for example) are added to the record. With `encode`, only the first record of each topic
 * (and kind) is asynchronous. Closes the serializer with the producer. Throws a `ConfigError` for what has no `serialize`.
 */
export function schemaRegistry<T>(
  serializer: RegistrySerializer,
  { encode, kindOf }: SchemaRegistryOptions<T> = {},
): Plugin<Serializer<T>> {
  const given: unknown = serializer
  if (typeof (given as Partial<RegistrySerializer> | null | undefined)?.serialize !== 'function') {
    throw new ConfigError('schemaRegistry: expected a serializer of a schema registry, with serialize')
  }
  return ({ logger }) => {
    const frames = encode === undefined ? null : new Frames<T>(encode, kindOf, logger)
    const slow = async (topic: string, value: T, headers: RecordHeaders): Promise<Serialized> => {
      const set: Record<string, unknown> = {}
      const bytes = await serializer.serialize(topic, value, set)
      const added = Object.entries(set).map(([key, header]) => ({ key, value: header as Uint8Array | string | null }))
      for (const header of added) headers.add(header.key, header.value)
      frames?.learn(topic, value, { bytes, added })
      return bytes
    }
    return {
      name: 'schemaRegistry',
      serialize(topic, value, headers) {
        const framed: Framed | null = frames === null ? null : frames.apply(topic, value)
        if (framed === null) return slow(topic, value, headers)
        for (const header of framed.added) headers.add(header.key, header.value)
        return framed.bytes
      },
      close: () => serializer.close?.(),
    }
  }
}
