import { createRequire } from 'node:module'
import { createCluster } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RegistrySerializer } from '../src/index.ts'
import { schemaRegistry } from '../src/index.ts'
import { Headers, envWithLog } from './support/collect.ts'
import { confluent } from './support/confluent.ts'
import { registryStub } from './support/registryStub.ts'

// Their copies, of which types are registered.
const theirs = createRequire(import.meta.resolve('@confluentinc/schemaregistry'))
const avsc = theirs('avsc') as { Type: { forSchema(schema: unknown): { toBuffer(value: unknown): Buffer } } }
const protobuf = theirs('@bufbuild/protobuf') as {
  create(schema: unknown, init: object): { readonly $typeName: string }
  toBinary(schema: unknown, value: unknown): Uint8Array
}
const { TimestampSchema } = theirs('@bufbuild/protobuf/wkt') as { TimestampSchema: unknown }

const invoice = {
  type: 'record',
  name: 'Invoice',
  fields: ['id', 'total'].map((name, i) => ({ name, type: i === 0 ? 'string' : 'int' })),
}
const jsonSchema = {
  type: 'object',
  properties: { id: { type: 'string' }, total: { type: 'integer' } },
  required: ['id'],
}
const avroType = avsc.Type.forSchema(invoice)

interface Format {
  readonly name: string
  readonly schema?: { schema: string; schemaType: string }
  readonly values: readonly [unknown, unknown]
  serializer(client: InstanceType<typeof confluent.SchemaRegistryClient>, options: object): RegistrySerializer
  readonly Deserializer: typeof confluent.AvroDeserializer
  encode(value: unknown): Uint8Array
  /** Bytes between id and value. */
  readonly indexes: number[]
}

const formats: readonly Format[] = [
  {
    name: 'Avro',
    schema: { schema: JSON.stringify(invoice), schemaType: 'AVRO' },
    values: [
      { id: 'a', total: 7 },
      { id: 'zweite', total: -1 },
    ],
    serializer: (client, options) =>
      new confluent.AvroSerializer(client, 'VALUE', { useLatestVersion: true, ...options }),
    Deserializer: confluent.AvroDeserializer,
    encode: (value) => avroType.toBuffer(value),
    indexes: [],
  },
  {
    name: 'JSON Schema',
    schema: { schema: JSON.stringify(jsonSchema), schemaType: 'JSON' },
    values: [
      { id: 'a', total: 7 },
      { id: 'zweite', total: -1 },
    ],
    serializer: (client, options) =>
      new confluent.JsonSerializer(client, 'VALUE', { useLatestVersion: true, ...options }),
    Deserializer: confluent.JsonDeserializer,
    encode: (value) => Buffer.from(JSON.stringify(value)),
    indexes: [],
  },
  {
    name: 'Protobuf',
    values: [1n, 2n].map((seconds) => protobuf.create(TimestampSchema, { seconds })) as [unknown, unknown],
    serializer(client, options) {
      const serializer = new confluent.ProtobufSerializer(client, 'VALUE', { autoRegisterSchemas: true, ...options })
      serializer.registry.add(TimestampSchema)
      return serializer
    },
    Deserializer: confluent.ProtobufDeserializer,
    encode: (value) => protobuf.toBinary(TimestampSchema, value),
    indexes: [0],
  },
]

describe.each(formats)('$name', (format) => {
  const { schema, values, serializer, Deserializer, encode, indexes } = format
  const setUp = async (options: object = {}) => {
    const stub = await registryStub()
    onTestFinished(() => stub.close())
    const client = new confluent.SchemaRegistryClient({ baseURLs: [stub.url] })
    if (schema !== undefined) await client.register('invoices-value', schema)
    return { stub, client, plugin: schemaRegistry<unknown>(serializer(client, options), { encode }) }
  }
  const read = (client: InstanceType<typeof confluent.SchemaRegistryClient>, bytes: Uint8Array, headers: Headers) => {
    const named = Object.fromEntries(headers.list.map(({ key, value }) => [key, Buffer.from(value as Uint8Array)]))
    return new Deserializer(client, 'VALUE', {}).deserialize('invoices', Buffer.from(bytes), named)
  }

  test('a magic byte and the schema’s id come first; its own deserializer reads it; the second record is there at once', async () => {
    const { client, plugin } = await setUp()
    const made = plugin(envWithLog().env)
    const headers = new Headers()
    const first = made.serialize('invoices', values[0], headers)
    expect(first).toBeInstanceOf(Promise)
    const second = (await first, made.serialize('invoices', values[1], headers))
    for (const [i, bytes] of [await first, second].entries()) {
      expect([...(bytes as Uint8Array)].slice(0, 5 + indexes.length)).toEqual([0, 0, 1, 0x11, 0x70, ...indexes])
      expect(await read(client, bytes as Uint8Array, headers)).toEqual(values[i])
    }
    expect(headers.size).toBe(0)
  })

  test('a schema’s GUID goes into a header where that is asked for', async () => {
    const { client, plugin } = await setUp({ schemaIdSerializer: confluent.HeaderSchemaIdSerializer })
    const made = plugin(envWithLog().env)
    for (const value of values) {
      const headers = new Headers()
      const bytes = (await made.serialize('invoices', value, headers)) as Uint8Array
      expect(Buffer.from(bytes)).toEqual(Buffer.from(encode(value)))
      expect(headers.list.map(({ key }) => key)).toEqual(['__value_schema_id'])
      expect(headers.list[0]?.value).toHaveLength(17 + indexes.length)
      expect(await read(client, bytes, headers)).toEqual(value)
    }
    const another = made.serialize('invoices', values[0], new Headers())
    expect(another).toBeInstanceOf(Uint8Array)
  })

  test('a producer stores what its own deserializer reads, and asks the registry no more once it knows', async () => {
    const { stub, client, plugin } = await setUp()
    const cluster = createCluster({ topics: { invoices: 1 } })
    const transport = cluster.transport()
    const { bootstrapServers } = cluster
    const producer = createProducer<string, unknown>({ bootstrapServers, transport, valueSerializer: plugin })
    await producer.send({ topic: 'invoices', value: values[0] })
    const asked = stub.requests.length
    await Promise.all(values.map((value) => producer.send({ topic: 'invoices', value })))
    expect(stub.requests).toHaveLength(asked)
    await producer.close()
    const stored = cluster.records('invoices').map(({ value }) => read(client, value!, new Headers()))
    expect(await Promise.all(stored)).toEqual([values[0], ...values])
  })
})
