import type {
  BrokerCompatibility,
  Checksum,
  Codec,
  Delivery,
  Env,
  Hooks,
  Interceptor,
  Partitioner,
  SaslMechanism,
  Serializer,
  Transport,
} from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import { crc32c } from '@posthorn/protocol'
import { describeValue } from '../values/describeValue.ts'
import { checkGuarantees } from './checkGuarantees.ts'
import { checkSecrecy } from './checkSecrecy.ts'
import type { ProducerOptions } from './options.ts'
import type { ResolvedConfig } from './resolveConfig.ts'

/** The plugins of one producer. */
export interface Plugins<Handle> {
  readonly transport: Transport
  readonly sasl: SaslMechanism | null
  readonly codec: Codec | null
  readonly checksum: Checksum
  readonly legacyBrokers: BrokerCompatibility | null
  readonly partitioner: Partitioner
  readonly keySerializer: Serializer<unknown> | null
  readonly valueSerializer: Serializer<unknown> | null
  readonly delivery: Delivery<Handle> | null
  readonly interceptors: readonly Interceptor[]
  readonly hooks: readonly Hooks[]
}

type Closable = { close?(): void; onClose?(): void }

/**
 * Calls every plugin with the producer's environment and checks that it is what its key asks for. If one throws, those
 * already made are closed (PRD-18).
 */
export function makePlugins<K, V, Handle>(
  options: ProducerOptions<K, V, Handle>,
  config: ResolvedConfig,
  env: Env,
): Plugins<Handle> {
  const made: Closable[] = []
  // The caller says what it asked for; the members that were checked are the proof.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  const make = <T>(key: string, plugin: unknown, members: readonly string[]): T => {
    if (typeof plugin !== 'function') {
      throw new ConfigError(`${key}: expected a plugin such as its factory returns, received ${describeValue(plugin)}`)
    }
    const part = (plugin as (env: Env) => unknown)(env)
    const missing = members.filter(
      (member) => typeof (part as Record<string, unknown> | null)?.[member] === 'undefined',
    )
    if (missing.length > 0) {
      throw new ConfigError(`${key}: expected a plugin with ${members.join(', ')}; ${missing.join(', ')} missing`)
    }
    made.push(part as Closable)
    return part as T
  }
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  const optional = <T>(key: string, plugin: unknown, members: readonly string[]): T | null =>
    plugin === undefined ? null : make<T>(key, plugin, members)
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  const list = <T>(key: string, plugins: unknown, members: readonly string[]): readonly T[] => {
    if (plugins === undefined) return []
    if (!Array.isArray(plugins))
      throw new ConfigError(`${key}: expected a list of plugins, received ${describeValue(plugins)}`)
    return plugins.map((plugin, index) => make<T>(`${key}[${index}]`, plugin, members))
  }
  try {
    const delivery = optional<Delivery<Handle>>('delivery', options.delivery, ['guard'])
    if (delivery !== null) checkGuarantees(delivery.guard.name, config)
    const transport = make<Transport>('transport', options.transport, ['name', 'connect'])
    const sasl = optional<SaslMechanism>('sasl', options.sasl, ['name', 'start'])
    if (sasl !== null) checkSecrecy(sasl, transport)
    return {
      delivery,
      transport,
      sasl,
      codec: optional('compression', options.compression, ['name', 'attribute', 'compress']),
      checksum: optional<Checksum>('checksum', options.checksum, ['crc32c']) ?? crc32c,
      legacyBrokers: optional('legacyBrokers', options.legacyBrokers, [
        'name',
        'askTimeoutMs',
        'assumedVersions',
        'produce',
        'messages',
      ]),
      partitioner: make('partitioner', options.partitioner, ['name', 'forTopic']),
      keySerializer: optional('keySerializer', options.keySerializer, ['name', 'serialize']),
      valueSerializer: optional('valueSerializer', options.valueSerializer, ['name', 'serialize']),
      interceptors: list('interceptors', options.interceptors, ['name']),
      hooks: list('hooks', options.hooks, ['name']),
    }
  } catch (error) {
    closeAll(
      made.map((part) => () => part.close?.()),
      () => {},
    )
    throw error
  }
}

/** Calls all, whatever some of them throw; `onError` hears of it, also when a plugin closes in its own time and fails. */
export function closeAll(closers: readonly (() => unknown)[], onError: (error: unknown) => void): void {
  for (const close of closers) {
    try {
      const closing = close()
      if (closing instanceof Promise) closing.catch(onError)
    } catch (error) {
      onError(error)
    }
  }
}
