import { readFileSync } from 'node:fs'
import type { Plugin, SaslMechanism, Transport } from '@posthorn/contracts'
import {
  type ClientProperties,
  ConfigError,
  type OptionsOfProperties,
  type ProducerOptions,
  propertiesOptions,
  readProperties,
  tcp,
} from 'posthorn'
import { UsageError } from '../exitCodes.ts'
import type { ConnectionFlags } from './flags.ts'

/** What the flags, and the properties file that they name, say. */
export interface ConnectionSettings {
  /** Everything for a producer, transport and login included, but for what is about transactions. */
  readonly options: ProducerOptions
  /** `transactional.id` of the file. */
  readonly transactionalId: string | null
  readonly transport: Plugin<Transport>
  /** `null`: brokers are not told who we are. */
  readonly sasl: Plugin<SaslMechanism> | null
  /** What a person should know: keys without effect. */
  readonly notices: readonly string[]
}

/** Makes sense of the flags; throws a {@link UsageError} or a `ConfigError` where there is none. */
export function connectionSettings(flags: ConnectionFlags): ConnectionSettings {
  const path = flags.properties
  const file = path === undefined ? null : propertiesOf(path, flags)
  const given: OptionsOfProperties = file === null ? {} : propertiesOptions(file)
  const bootstrapServers = flags.bootstrapServers ?? given.bootstrapServers
  if (bootstrapServers === undefined) {
    throw new UsageError('where is the cluster? --bootstrap-servers, or bootstrap.servers in the file of --properties')
  }
  return {
    options: { ...withoutTransactions(given), bootstrapServers },
    transactionalId: given.transactionalId ?? null,
    transport: given.transport ?? tcp(),
    sasl: null,
    notices: (file?.warnings ?? []).map(({ key, message }) => `${path ?? ''}: ${key} ${message}`),
  }
}

function withoutTransactions(
  options: OptionsOfProperties,
): Omit<OptionsOfProperties, 'transactionalId' | 'transactionTimeoutMs'> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !key.startsWith('transaction')))
}

function propertiesOf(path: string, { ignoreProperty }: ConnectionFlags): ClientProperties {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new UsageError(`--properties: cannot read ${path}: ${cause instanceof Error ? cause.message : ''}`, { cause })
  }
  try {
    return readProperties(bytes, { except: ignoreProperty })
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${path}: ${error.message}`, { cause: error })
    throw error
  }
}
