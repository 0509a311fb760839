import { gzip } from '@posthorn/codec-gzip'
import { zstd } from '@posthorn/codec-zstd'
import type { Partitioner, Plugin, SaslMechanism, Transport } from '@posthorn/contracts'
import { murmur2Sticky, roundRobin } from '@posthorn/partitioners'
import { tcp } from '@posthorn/transport-tcp'
import type { AssemblyOptions } from '../options.ts'
import type { ClientProperties, PartitionerProperties, PropertyOptions } from './clientProperties.ts'
import { saslOfProperties, type SaslPropertiesOptions } from './saslOfProperties.ts'
import { tlsOfProperties } from './tlsOfProperties.ts'

/** Options of a producer, as a properties file says. */
export type OptionsOfProperties = PropertyOptions &
  Pick<AssemblyOptions<undefined>, 'transport' | 'compression' | 'partitioner'> & {
    /** Absent when the file does not say. */
    readonly bootstrapServers?: readonly string[]
    /** Absent without SASL. */
    readonly sasl?: Plugin<SaslMechanism>
  }

/**
 * What `createProducer` takes, from what `readProperties` has read:
 * `createProducer({ ...propertiesOptions(readProperties(file)), lingerMs: 20 })`. Stores and PEM files are read now, and again
 * for every new connection, so that they can be replaced; a `ConfigError` says what is wrong with one.
 */
export function propertiesOptions(
  properties: ClientProperties,
  saslOptions: SaslPropertiesOptions = {},
): OptionsOfProperties {
  const { bootstrapServers, options, compression, partitioner, clientDnsLookup, tls, sasl } = properties
  const transport = transportOf(tls, clientDnsLookup)
  return {
    ...options,
    ...(bootstrapServers !== undefined && { bootstrapServers }),
    ...(transport !== undefined && { transport }),
    ...(sasl !== undefined && { sasl: saslOfProperties(sasl, saslOptions) }),
    ...(compression !== undefined && { compression: codecOf(compression) }),
    ...(partitioner !== undefined && { partitioner: partitionerOf(partitioner) }),
  }
}

function transportOf(
  tls: ClientProperties['tls'],
  clientDnsLookup: ClientProperties['clientDnsLookup'],
): Plugin<Transport> | undefined {
  if (tls !== undefined) return tlsOfProperties(tls, clientDnsLookup)
  return clientDnsLookup === undefined ? undefined : tcp({ clientDnsLookup })
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
