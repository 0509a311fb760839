import type { PropertyOptions } from './clientProperties.ts'
import type { PropertyValues } from './values.ts'

type Taker = (values: PropertyValues, key: string) => string | number | boolean | undefined

const integer: Taker = (values, key) => values.integer(key)
const text: Taker = (values, key) => values.text(key)

/** Java's keys of plain settings, our names, and how the values are read. Ranges are the producer's own affair. */
export const optionKeys: readonly (readonly [key: string, option: keyof PropertyOptions, take: Taker])[] = [
  ['acks', 'acks', takeAcks],
  ['batch.size', 'batchSize', integer],
  ['bootstrap.resolve.timeout.ms', 'bootstrapResolveTimeoutMs', integer],
  ['buffer.memory', 'bufferMemory', integer],
  ['client.id', 'clientId', text],
  ['client.rack', 'clientRack', text],
  ['connections.max.idle.ms', 'connectionsMaxIdleMs', integer],
  ['delivery.timeout.ms', 'deliveryTimeoutMs', integer],
  ['enable.idempotence', 'enableIdempotence', (values, key) => values.boolean(key)],
  ['linger.ms', 'lingerMs', integer],
  ['max.block.ms', 'maxBlockMs', integer],
  ['max.in.flight.requests.per.connection', 'maxInFlightRequestsPerConnection', integer],
  ['max.request.size', 'maxRequestSize', integer],
  ['metadata.max.age.ms', 'metadataMaxAgeMs', integer],
  ['metadata.max.idle.ms', 'metadataMaxIdleMs', integer],
  ['metadata.recovery.rebootstrap.trigger.ms', 'metadataRecoveryRebootstrapTriggerMs', integer],
  ['metadata.recovery.strategy', 'metadataRecoveryStrategy', takeRecoveryStrategy],
  ['metrics.num.samples', 'metricsNumSamples', integer],
  ['metrics.sample.window.ms', 'metricsSampleWindowMs', integer],
  ['partitioner.availability.timeout.ms', 'partitionerAvailabilityTimeoutMs', integer],
  ['reconnect.backoff.max.ms', 'reconnectBackoffMaxMs', integer],
  ['reconnect.backoff.ms', 'reconnectBackoffMs', integer],
  ['request.timeout.ms', 'requestTimeoutMs', integer],
  ['retries', 'retries', integer],
  ['retry.backoff.max.ms', 'retryBackoffMaxMs', integer],
  ['retry.backoff.ms', 'retryBackoffMs', integer],
  ['socket.connection.setup.timeout.max.ms', 'socketConnectionSetupTimeoutMaxMs', integer],
  ['socket.connection.setup.timeout.ms', 'socketConnectionSetupTimeoutMs', integer],
  ['transaction.timeout.ms', 'transactionTimeoutMs', integer],
  ['transactional.id', 'transactionalId', text],
]

/** Reads all plain settings. */
export function readOptions(values: PropertyValues): PropertyOptions {
  const options = new Map<string, string | number | boolean>()
  for (const [key, option, take] of optionKeys) {
    const value = take(values, key)
    if (value !== undefined) options.set(option, value)
  }
  // Java's default is always there; to us it means something only beside a transactional id.
  if (!options.has('transactionalId') && options.delete('transactionTimeoutMs')) {
    values.warn('transaction.timeout.ms', 'has no effect without transactional.id')
  }
  return Object.fromEntries(options)
}

/** Reads `bootstrap.servers`. */
export function readBootstrapServers(values: PropertyValues): readonly string[] | undefined {
  const entries = values.list('bootstrap.servers')?.filter((entry) => entry !== '')
  return entries?.length === 0 ? undefined : entries
}

function takeAcks(values: PropertyValues, key: string): 'all' | -1 | 0 | 1 | undefined {
  const word = values.word(key, ['all', '-1', '0', '1'])
  return word === undefined || word === 'all' ? word : (Number(word) as -1 | 0 | 1)
}

function takeRecoveryStrategy(values: PropertyValues, key: string): 'rebootstrap' | 'none' | undefined {
  const given = values.string(key)?.toLowerCase()
  if (given === undefined || given === 'rebootstrap' || given === 'none') return given
  values.refuse(key, `expected rebootstrap or none, received ${JSON.stringify(given)}`)
  return undefined
}
