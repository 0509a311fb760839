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
import { loginOf } from './login.ts'
import { tlsTransportOf } from './tlsTransport.ts'

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

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Makes sense of the flags; throws a {@link UsageError} or a `ConfigError` where there is none. */
export function connectionSettings(flags: ConnectionFlags, environment: Environment = process.env): ConnectionSettings {
  const path = flags.properties
  const allowPlaintext = flags.allowPlaintextPassword === true
  const file = path === undefined ? null : propertiesOf(path, flags)
  const given = file === null || path === undefined ? {} : optionsOf(path, file, allowPlaintext)
  const bootstrapServers = flags.bootstrapServers ?? given.bootstrapServers
  if (bootstrapServers === undefined) {
    throw new UsageError('where is the cluster? --bootstrap-servers, or bootstrap.servers in the file of --properties')
  }
  const transport = tlsTransportOf(flags, environment, file?.clientDnsLookup) ?? given.transport
  const sasl = loginOf(flags, environment) ?? given.sasl
  return {
    options: {
      ...withoutTransactions(given),
      bootstrapServers,
      ...(transport !== undefined && { transport }),
      ...(sasl !== undefined && { sasl }),
    },
    transactionalId: given.transactionalId ?? null,
    transport: transport ?? tcp(),
    sasl: sasl ?? null,
    notices: (file?.warnings ?? []).map(({ key, message }) => `${path ?? ''}: ${key} ${message}`),
  }
}

function withoutTransactions(
  options: OptionsOfProperties,
): Omit<OptionsOfProperties, 'transactionalId' | 'transactionTimeoutMs'> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !key.startsWith('transaction')))
}

function propertiesOf(path: string, { ignoreProperty, allowUnverifiedHostName }: ConnectionFlags): ClientProperties {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new UsageError(`--properties: cannot read ${path}: ${cause instanceof Error ? cause.message : ''}`, { cause })
  }
  return inFile(path, () => readProperties(bytes, { except: ignoreProperty, allowUnverifiedHostName }))
}

function optionsOf(path: string, file: ClientProperties, allowPlaintext: boolean): OptionsOfProperties {
  return inFile(path, () => propertiesOptions(file, { allowPlaintext }))
}

/** Has errors name the file that they are about. */
function inFile<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${path}: ${error.message}`, { cause: error })
    throw error
  }
}
