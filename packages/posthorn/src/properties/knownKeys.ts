import { refused, withoutEffect } from './foreignKeys.ts'
import { optionKeys } from './optionKeys.ts'
import { saslKeys } from './saslKeys.ts'
import { tlsKeys } from './tlsKeys.ts'

/** A key of Java's producer and what it is to ours. */
export interface PropertyKey {
  readonly key: string
  /** Markdown: our option, or what becomes of it. */
  readonly ours: string
}

/** Keys that are neither plain settings nor about security. */
const otherKeys: readonly (readonly [key: string, ours: string])[] = [
  ['bootstrap.servers', '`bootstrapServers`'],
  ['client.dns.lookup', '`clientDnsLookup` of the transport'],
  ['compression.gzip.level', '`level` of the codec'],
  ['compression.lz4.level', 'no effect, with a warning: our LZ4 has one level'],
  ['compression.type', '`compression`'],
  ['compression.zstd.level', '`level` of the codec'],
  ['interceptor.classes', 'empty: nothing; else refused, give `interceptors` in the program'],
  ['key.serializer', 'of text and bytes: nothing; else refused, give `keySerializer` in the program'],
  ['partitioner.adaptive.partitioning.enable', '`adaptive` of `murmur2Sticky`'],
  ['partitioner.class', 'none, or `RoundRobinPartitioner`; else refused'],
  ['partitioner.ignore.keys', '`ignoreKeys` of `murmur2Sticky`'],
  ['partitioner.rack.aware', '`rackAware` of `murmur2Sticky`'],
  ['security.protocol', 'which transport, and whether `sasl`'],
  ['transaction.two.phase.commit.enable', 'false: nothing; true: refused'],
  ['value.serializer', 'of text and bytes: nothing; else refused, give `valueSerializer` in the program'],
]

/** Every key of Java's producer that the reader knows, in the order of the alphabet. */
export const propertyKeys: readonly PropertyKey[] = [
  ...optionKeys.map(([key, option]) => [key, `\`${option}\``] as const),
  ...otherKeys,
  ...tlsKeys,
  ...saslKeys,
  ...[...withoutEffect].map(([key, why]) => [key, `no effect, with a warning: ${why}`] as const),
  ...[...refused].map(([key, why]) => [key, `refused: ${why}`] as const),
]
  .map(([key, ours]) => ({ key, ours }))
  .sort((a, b) => (a.key < b.key ? -1 : 1))

/** The same, keys alone. */
export const knownKeys: readonly string[] = propertyKeys.map(({ key }) => key)
