import { nativeChecksum } from '@posthorn/checksum-native'
import type { Delivery, Hooks, Plugin } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import type { Producer } from '@posthorn/core'
import { configurationKeys, createProducer as createCoreProducer, refuseUnknownKeys } from '@posthorn/core'
import { diagnosticsChannel } from '@posthorn/diagnostics-channel'
import { murmur2Sticky } from '@posthorn/partitioners'
import type { Transactions } from '@posthorn/transactions'
import { chooseCodec } from './compression.ts'
import { chooseDelivery } from './delivery.ts'
import type { ProducerOptions, TransactionalProducerOptions } from './options.ts'
import { mechanismOf } from './sasl.ts'
import { chooseTransport } from './transport.ts'

const knownKeys = [...configurationKeys, 'enableIdempotence', 'tls', 'transactionalId', 'transactionTimeoutMs']

/**
 * A transactional producer with everything that most people need: `producer.delivery` begins, commits and aborts
 * transactions, or runs them. Checks the options at once and throws a `ConfigError`; connects when there is something to
 * do.
 */
export function createProducer<K = Uint8Array | string, V = Uint8Array | string>(
  options: TransactionalProducerOptions<K, V>,
): Producer<K, V, Transactions>
/**
 * A producer with everything that most people need: TCP, idempotence, Java's partitioner, codecs by name. Checks the
 * options at once and throws a `ConfigError`; connects when there is something to send. Every option of the core may be
 * given too, and wins.
 */
export function createProducer<K = Uint8Array | string, V = Uint8Array | string, Handle = undefined>(
  options: ProducerOptions<K, V, Handle>,
): Producer<K, V, Handle>
export function createProducer<K, V, Handle>(
  options: ProducerOptions<K, V, Handle> | TransactionalProducerOptions<K, V>,
): Producer<K, V, Handle | Transactions> {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) {
    throw new ConfigError(`expected an object of options, received ${given === null ? 'null' : typeof given}`)
  }
  refuseUnknownKeys(given, knownKeys)
  const {
    enableIdempotence,
    compression,
    delivery,
    sasl,
    tls,
    transport,
    transactionalId,
    transactionTimeoutMs,
    ...rest
  } = options
  const guarantees = { enableIdempotence, delivery, transactionalId, transactionTimeoutMs }
  const chosen = chooseDelivery({ ...guarantees, acks: rest.acks, retries: rest.retries })
  const named = transactionalId !== undefined && isUnnamed(rest.clientId)
  return createCoreProducer<K, V, Handle | Transactions>({
    ...rest,
    ...(named && { clientId: `producer-${transactionalId}` }),
    transport: chooseTransport({ tls, transport }),
    partitioner: rest.partitioner ?? murmur2Sticky(),
    checksum: rest.checksum ?? nativeChecksum(),
    compression: chooseCodec(compression),
    sasl: mechanismOf(sasl),
    delivery: chosen as Plugin<Delivery<Handle | Transactions>> | undefined,
    hooks: withChannels(rest.hooks),
  })
}

/** The application's hooks first; what is no list is left to the core to refuse. */
function withChannels(hooks: readonly Plugin<Hooks>[] = []): readonly Plugin<Hooks>[] {
  return Array.isArray(hooks) ? [...(hooks as readonly Plugin<Hooks>[]), diagnosticsChannel()] : hooks
}

/** An empty client id is none, as in Kafka. */
function isUnnamed(clientId: unknown): boolean {
  return clientId === undefined || clientId === ''
}
