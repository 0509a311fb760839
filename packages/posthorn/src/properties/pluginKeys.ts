import type { CompressionProperties, PartitionerProperties } from './clientProperties.ts'
import type { PropertyValues } from './values.ts'

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
const levelled = ['gzip', 'lz4', 'zstd'] as const

/** Reads `compression.type` and the level for it. */
export function readCompression(values: PropertyValues): CompressionProperties | undefined {
  const type = values.word('compression.type', codecs)
  let level: number | undefined
  for (const codec of levelled) {
    const key = `compression.${codec}.level`
    const given = values.integer(key)
    if (given === undefined) continue
    if (codec === 'lz4') values.warn(key, 'has no effect: our LZ4 has one level')
    else if (codec === type) level = given
    else values.warn(key, `has no effect with compression.type=${type ?? 'none'}`)
  }
  if (type === undefined) return undefined
  return level === undefined ? { type } : { type, level }
}

const partitioners: ReadonlyMap<string, PartitionerProperties['type']> = new Map([
  ['org.apache.kafka.clients.producer.RoundRobinPartitioner', 'roundRobin'],
  // Gone since Kafka 4; what they did is what the built-in one does by default.
  ['org.apache.kafka.clients.producer.internals.DefaultPartitioner', 'murmur2Sticky'],
])

/** Reads `partitioner.class` and `partitioner.*`. */
export function readPartitioner(values: PropertyValues): PartitionerProperties | undefined {
  const named = values.text('partitioner.class')
  const ignoreKeys = values.boolean('partitioner.ignore.keys')
  const adaptive = values.boolean('partitioner.adaptive.partitioning.enable')
  const rackAware = values.boolean('partitioner.rack.aware')
  const type = named === undefined ? 'murmur2Sticky' : partitioners.get(named)
  if (type === undefined) {
    values.refuse('partitioner.class', `${named ?? ''} is a Java class; give a partitioner in the program instead`)
    return undefined
  }
  const settings = {
    ...(ignoreKeys !== undefined && { ignoreKeys }),
    ...(adaptive !== undefined && { adaptive }),
    ...(rackAware !== undefined && { rackAware }),
  }
  if (named === undefined && Object.keys(settings).length === 0) return undefined
  return { type, ...settings }
}

/** Serializers whose records our producer writes by default: text as UTF-8, and bytes as they are. */
const plainSerializers: ReadonlySet<string> = new Set(
  ['String', 'ByteArray', 'ByteBuffer', 'Bytes'].map(
    (what) => `org.apache.kafka.common.serialization.${what}Serializer`,
  ),
)

/** Reads `key.serializer` and `value.serializer`: the plain ones need nothing, others change what is stored. */
export function checkSerializers(values: PropertyValues): void {
  for (const [key, option] of [
    ['key.serializer', 'keySerializer'],
    ['value.serializer', 'valueSerializer'],
  ] as const) {
    const name = values.text(key)
    if (name === undefined || plainSerializers.has(name)) continue
    values.refuse(key, `${name} is a Java class; give ${option} in the program and except this key`)
  }
}

/** Reads `interceptor.classes`, which may be there as long as it is empty. */
export function checkInterceptors(values: PropertyValues): void {
  const classes = values.list('interceptor.classes')
  if (classes === undefined || classes.length === 0) return
  values.refuse('interceptor.classes', 'these are Java classes; give interceptors in the program and except this key')
}
