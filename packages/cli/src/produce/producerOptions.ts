import { murmur2Sticky, roundRobin, type ProducerOptions } from 'posthorn'
import { type ConnectionSettings, connectionSettings } from '../connection/settings.ts'
import { UsageError } from '../exitCodes.ts'
import type { ProduceFlags } from './job.ts'

/** Java's names that are not ours with dots: there they name a type or a class. */
const javaNames: ReadonlyMap<string, string> = new Map([
  ['compression.type', 'compression'],
  ['partitioner.class', 'partitioner'],
  ['interceptor.classes', 'interceptors'],
])

/** Settings whose values are text, whatever they look like. */
const textKeys: ReadonlySet<string> = new Set(['bootstrapServers', 'clientId', 'compression'])

const partitioners: ReadonlyMap<string, () => unknown> = new Map([
  ['murmur2Sticky', murmur2Sticky],
  ['roundRobin', roundRobin],
])

/**
 * The producer's options from the flags. Only what cannot be read is refused here; whether keys and values are right
 * says the producer itself, in the same words as to a program.
 */
export function producerOptions(
  flags: ProduceFlags,
  settings: ConnectionSettings = connectionSettings(flags),
): ProducerOptions {
  const { options: connection, transactionalId } = settings
  if (transactionalId !== null) {
    throw new UsageError('transactional.id: there are no transactions here; --ignore-property transactional.id')
  }
  const options = new Map<string, unknown>([['bootstrapServers', connection.bootstrapServers]])
  if (flags.compression !== undefined) options.set('compression', flags.compression)
  if (flags.acks !== undefined) options.set('acks', typed('acks', flags.acks))
  for (const setting of flags.config ?? []) {
    const end = setting.indexOf('=')
    if (end < 1) throw new UsageError(`--config ${setting}: expected KEY=VALUE`)
    const key = ourName(setting.slice(0, end))
    if (key === 'transactionalId') throw new UsageError(`--config ${setting}: there are no transactions here`)
    if (options.has(key)) throw new UsageError(`--config ${setting}: ${key} is given twice`)
    options.set(key, typed(key, setting.slice(end + 1)))
  }
  return { ...connection, ...Object.fromEntries(options) }
}

/** `linger.ms` → `lingerMs`; a name without dots as it is. */
function ourName(key: string): string {
  return javaNames.get(key) ?? key.replaceAll(/\.([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function typed(key: string, text: string): unknown {
  if (textKeys.has(key)) return text
  if (key === 'partitioner') return partitioners.get(text)?.() ?? unknownPartitioner(text)
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

function unknownPartitioner(text: string): never {
  throw new UsageError(`partitioner: expected ${[...partitioners.keys()].join(' or ')}, received "${text}"`)
}
