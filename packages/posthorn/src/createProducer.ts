import { gzip } from '@posthorn/codec-gzip'
import type { Codec, Delivery, Plugin } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import type { Producer } from '@posthorn/core'
import { configurationKeys, createProducer as createCoreProducer, refuseUnknownKeys } from '@posthorn/core'
import { idempotence } from '@posthorn/idempotence'
import { murmur2Sticky } from '@posthorn/partitioners'
import { tcp } from '@posthorn/transport-tcp'
import type { ProducerOptions } from './options.ts'

const knownKeys = [...configurationKeys, 'enableIdempotence']

/**
 * A producer with everything that most people need: TCP, idempotence, Java's partitioner, codecs by name. Checks the
 * options at once and throws a `ConfigError`; connects when there is something to send. Every option of the core may be
 * given too, and wins.
 */
export function createProducer<K = Uint8Array | string, V = Uint8Array | string, Handle = undefined>(
  options: ProducerOptions<K, V, Handle>,
): Producer<K, V, Handle> {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) {
    throw new ConfigError(`expected an object of options, received ${given === null ? 'null' : typeof given}`)
  }
  refuseUnknownKeys(given, knownKeys)
  const { enableIdempotence, compression, delivery, ...rest } = options
  if (enableIdempotence === true && delivery !== undefined) {
    throw new ConfigError('enableIdempotence: expected not to be set together with delivery')
  }
  return createCoreProducer<K, V, Handle>({
    ...rest,
    transport: rest.transport ?? tcp(),
    partitioner: rest.partitioner ?? murmur2Sticky(),
    compression: codecOf(compression),
    delivery: delivery ?? (deliveryFor(enableIdempotence, options) as Plugin<Delivery<Handle>> | undefined),
  })
}

function codecOf(compression: unknown): Plugin<Codec> | undefined {
  if (compression === undefined || compression === 'none') return undefined
  if (compression === 'gzip') return gzip()
  if (typeof compression === 'function') return compression as Plugin<Codec>
  const received = typeof compression === 'string' ? JSON.stringify(compression) : typeof compression
  throw new ConfigError(`compression: expected 'none', 'gzip' or a codec plugin, received ${received}`)
}

/** Idempotence by KIP-679's rules: on unless something else that was asked for excludes it. */
function deliveryFor(
  wanted: unknown,
  options: Pick<ProducerOptions, 'acks' | 'retries'>,
): Plugin<Delivery> | undefined {
  const { acks = 'all', retries } = options
  if (wanted !== undefined && typeof wanted !== 'boolean') {
    const received = typeof wanted === 'string' ? JSON.stringify(wanted) : typeof wanted
    throw new ConfigError(`enableIdempotence: expected true or false, received ${received}`)
  }
  if (wanted === false) return undefined
  // The core takes what Java's properties say, strings included.
  const weakAcks = acks !== 'all' && String(acks) !== '-1'
  if (wanted === true && weakAcks) {
    throw new ConfigError(`acks: expected 'all' with enableIdempotence, received ${JSON.stringify(acks)}`)
  }
  if (wanted === true && retries === 0) {
    throw new ConfigError('retries: expected 1 or more with enableIdempotence, received 0')
  }
  return weakAcks || retries === 0 ? undefined : idempotence()
}
