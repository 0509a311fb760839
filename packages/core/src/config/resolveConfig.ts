import { ConfigError } from '@posthorn/contracts'
import type { HostPort } from './bootstrapServers.ts'
import { parseBootstrapServers } from './bootstrapServers.ts'
import type { ProducerSettings } from './defaults.ts'
import { numberRules } from './defaults.ts'
import { describeValue } from '../values/describeValue.ts'
import { nearestName } from './nearestName.ts'
import type { ProducerOptions } from './options.ts'
import { pluginKeys, stringKeys } from './options.ts'

/** Options with every hole filled and every value checked. */
export interface ResolvedConfig extends ProducerSettings {
  readonly bootstrapServers: readonly HostPort[]
  /** Sent to brokers; never empty. */
  readonly clientId: string
  /** Empty for none. */
  readonly clientRack: string
  /** -1 for all in-sync replicas, 1 for the leader, 0 for none. */
  readonly acks: -1 | 0 | 1
  readonly metadataRecoveryStrategy: 'rebootstrap' | 'none'
}

/** Every key of `ProducerOptions`. */
export const configurationKeys: readonly string[] = [...Object.keys(numberRules), ...stringKeys, ...pluginKeys]

const acksByName: ReadonlyMap<unknown, -1 | 0 | 1> = new Map<unknown, -1 | 0 | 1>([
  ['all', -1],
  [-1, -1],
  ['-1', -1],
  [0, 0],
  ['0', 0],
  [1, 1],
  ['1', 1],
])

/** Checks options and fills in defaults. Throws a {@link ConfigError} that names key, value and expectation. */
export function resolveConfig(given: unknown, defaultClientId: string): ResolvedConfig {
  if (typeof given !== 'object' || given === null) {
    throw new ConfigError(`expected an object of options, received ${describeValue(given)}`)
  }
  const options = given as Partial<ProducerOptions<unknown, unknown, unknown>>
  refuseUnknownKeys(options, configurationKeys)
  const settings = {} as { -readonly [Key in keyof ProducerSettings]: number }
  for (const key of Object.keys(numberRules) as (keyof ProducerSettings)[]) settings[key] = number(options, key)
  if (Number.isNaN(settings.maxWaitingBytes)) settings.maxWaitingBytes = settings.bufferMemory
  // Kafka's rule for a maximum that was not set: the wait is then constant (CON-03).
  if (options.reconnectBackoffMs !== undefined && options.reconnectBackoffMaxMs === undefined) {
    settings.reconnectBackoffMaxMs = Math.max(settings.reconnectBackoffMs, 0)
  }
  checkDeliveryTimeout(options, settings)
  checkBufferMemory(settings)
  return {
    ...settings,
    bootstrapServers: parseBootstrapServers(options.bootstrapServers),
    clientId: text('clientId', options.clientId, defaultClientId),
    clientRack: text('clientRack', options.clientRack, ''),
    acks: acks(options.acks),
    metadataRecoveryStrategy: recoveryStrategy(options.metadataRecoveryStrategy),
  }
}

/** Throws a {@link ConfigError} for the first key of `options` that is not among `known`, with the nearest that is. */
export function refuseUnknownKeys(options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    const nearest = nearestName(key, known)
    throw new ConfigError(`unknown configuration key "${key}"${nearest === null ? '' : `; did you mean "${nearest}"?`}`)
  }
}

function number(options: Partial<Record<keyof ProducerSettings, unknown>>, key: keyof ProducerSettings): number {
  const rule = numberRules[key]
  const value = options[key]
  if (value === undefined) return rule.default
  if (typeof value !== 'number' || !Number.isInteger(value) || value < rule.min || value > rule.max) {
    throw new ConfigError(
      `${key}: expected a whole number from ${rule.min} to ${rule.max}, received ${describeValue(value)}`,
    )
  }
  return value
}

function checkDeliveryTimeout(
  options: Partial<ProducerSettings>,
  settings: { -readonly [Key in keyof ProducerSettings]: number },
): void {
  const least = settings.lingerMs + settings.requestTimeoutMs
  if (settings.deliveryTimeoutMs >= least) return
  if (options.deliveryTimeoutMs !== undefined) {
    throw new ConfigError(
      `deliveryTimeoutMs: expected at least lingerMs + requestTimeoutMs = ${least}, received ${settings.deliveryTimeoutMs}`,
    )
  }
  settings.deliveryTimeoutMs = least
}

/** Every batch reserves `batchSize` bytes: with less memory than that, no record could ever be taken (BUF-01). */
function checkBufferMemory({ bufferMemory, batchSize }: ProducerSettings): void {
  if (bufferMemory >= batchSize) return
  throw new ConfigError(`bufferMemory: expected at least batchSize = ${batchSize}, received ${bufferMemory}`)
}

function text(key: string, given: unknown, otherwise: string): string {
  if (given === undefined || given === '') return otherwise
  if (typeof given !== 'string') throw new ConfigError(`${key}: expected a string, received ${describeValue(given)}`)
  return given
}

function recoveryStrategy(given: unknown): 'rebootstrap' | 'none' {
  if (given === undefined || given === 'rebootstrap') return 'rebootstrap'
  if (given === 'none') return 'none'
  throw new ConfigError(`metadataRecoveryStrategy: expected 'rebootstrap' or 'none', received ${describeValue(given)}`)
}

function acks(given: unknown): -1 | 0 | 1 {
  if (given === undefined) return -1
  const value = acksByName.get(given)
  if (value === undefined) {
    throw new ConfigError(`acks: expected 'all', -1, 0 or 1, received ${describeValue(given)}`)
  }
  return value
}
