import { ConfigError } from '@posthorn/contracts'
import { describeValue } from '../values/describeValue.ts'

/** A host and a port from `bootstrapServers`. */
export interface HostPort {
  /** Name or address, without brackets. */
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
}

const ADDRESS = /^(?:\[([0-9a-fA-F:.%]+)\]|([^[\]:/\s]+)):(\d+)$/

function parse(entry: unknown): HostPort {
  if (typeof entry !== 'string') {
    throw new ConfigError(
      `bootstrapServers: expected strings of the form "host:port", received ${describeValue(entry)}`,
    )
  }
  const match = ADDRESS.exec(entry.trim())
  const host = match?.[1] ?? match?.[2]
  if (host === undefined) {
    throw new ConfigError(`bootstrapServers: expected "host:port" or "[ipv6]:port", received ${JSON.stringify(entry)}`)
  }
  const port = Number(match?.[3])
  if (port < 1 || port > 65_535) {
    throw new ConfigError(`bootstrapServers: expected a port from 1 to 65535, received ${match?.[3]} in "${entry}"`)
  }
  return { host, port }
}

/** Reads `bootstrap.servers`: a list of addresses, or a string of them separated by commas. */
export function parseBootstrapServers(given: unknown): readonly HostPort[] {
  const entries = typeof given === 'string' ? given.split(',').filter((entry) => entry.trim() !== '') : given
  if (!Array.isArray(entries)) {
    throw new ConfigError(`bootstrapServers: expected a list of "host:port", received ${describeValue(given)}`)
  }
  if (entries.length === 0) throw new ConfigError('bootstrapServers: expected at least one "host:port", received none')
  return entries.map(parse)
}
