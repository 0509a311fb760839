import { gzip } from '@posthorn/codec-gzip'
import { zstd } from '@posthorn/codec-zstd'
import type { Partitioner, Plugin } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import { murmur2Sticky, roundRobin } from '@posthorn/partitioners'
import { tcp } from '@posthorn/transport-tcp'
import type { AssemblyOptions } from '../options.ts'
import type { ClientProperties, PartitionerProperties, PropertyOptions } from './clientProperties.ts'

/** Options of a producer, as a properties file says. */
export type OptionsOfProperties = PropertyOptions &
  Pick<AssemblyOptions<undefined>, 'transport' | 'compression' | 'partitioner'> & {
    /** Absent when the file does not say. */
    readonly bootstrapServers?: readonly string[]
  }

/**
 * What `createProducer` takes, from what `readProperties` has read. Throws a `ConfigError` for what cannot be. Options that
 * the program adds win:
 * `createProducer({ ...propertiesOptions(readProperties(file)), bootstrapServers })`.
 */
export function propertiesOptions(properties: ClientProperties): OptionsOfProperties {
  const { bootstrapServers, options, compression, partitioner, clientDnsLookup, tls, sasl } = properties
  if (tls !== undefined || sasl !== undefined) throw new ConfigError('security.protocol: only PLAINTEXT for now')
  return {
    ...options,
    ...(bootstrapServers !== undefined && { bootstrapServers }),
    ...(clientDnsLookup !== undefined && { transport: tcp({ clientDnsLookup }) }),
    ...(compression !== undefined && { compression: codecOf(compression) }),
    ...(partitioner !== undefined && { partitioner: partitionerOf(partitioner) }),
  }
}

function codecOf({
  type,
  level,
}: NonNullable<ClientProperties['compression']>): AssemblyOptions<undefined>['compression'] {
  if (level === undefined) return type
  return type === 'gzip' ? gzip({ level }) : type === 'zstd' ? zstd({ level }) : type
}

function partitionerOf({ type, ...settings }: PartitionerProperties): Plugin<Partitioner> {
  return type === 'roundRobin' ? roundRobin() : murmur2Sticky(settings)
}
