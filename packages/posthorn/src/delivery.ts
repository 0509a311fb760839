import type { Delivery, Plugin } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import { idempotence } from '@posthorn/idempotence'
import { transactions } from '@posthorn/transactions'

/** The options that decide how records are delivered, whatever type they were given with. */
export interface DeliverySettings {
  readonly acks?: unknown
  readonly retries?: unknown
  readonly delivery?: unknown
  readonly enableIdempotence?: unknown
  readonly transactionalId?: unknown
  readonly transactionTimeoutMs?: unknown
}

/** The plugin that the options ask for: the caller's own, transactions, idempotence, or none. */
export function chooseDelivery(options: DeliverySettings): Plugin<Delivery<unknown>> | undefined {
  const { delivery, enableIdempotence, transactionalId, transactionTimeoutMs } = options
  if (enableIdempotence !== undefined && typeof enableIdempotence !== 'boolean') {
    throw new ConfigError(`enableIdempotence: expected true or false, received ${shown(enableIdempotence)}`)
  }
  if (transactionalId !== undefined) return transactional(options)
  if (transactionTimeoutMs !== undefined) {
    const received = `received ${shown(transactionTimeoutMs)} without one`
    throw new ConfigError(`transactionTimeoutMs: expected only together with transactionalId, ${received}`)
  }
  if (enableIdempotence === true && delivery !== undefined) {
    throw new ConfigError('enableIdempotence: expected not to be set together with delivery')
  }
  return delivery === undefined ? idempotent(options) : (delivery as Plugin<Delivery<unknown>>)
}

/** Transactions rest on idempotence: nothing that excludes it may be asked for as well (PRD-21). */
function transactional(options: DeliverySettings): Plugin<Delivery<unknown>> {
  const { delivery, enableIdempotence, transactionalId, transactionTimeoutMs } = options
  // Checks the two first: an id that is empty says more than what it does not go together with.
  const plugin = transactions({
    transactionalId: transactionalId as string,
    transactionTimeoutMs: transactionTimeoutMs as number | undefined,
  })
  if (delivery !== undefined) {
    throw new ConfigError(
      `delivery: expected none together with transactionalId, which stands for one; received ${shown(delivery)}`,
    )
  }
  if (enableIdempotence === false) {
    throw new ConfigError('enableIdempotence: expected true with transactionalId, received false')
  }
  demandGuarantees('transactionalId', options)
  return plugin
}

/** Idempotence by KIP-679's rules: on unless something else that was asked for excludes it. */
function idempotent(options: DeliverySettings): Plugin<Delivery> | undefined {
  if (options.enableIdempotence === false) return undefined
  if (options.enableIdempotence === true) demandGuarantees('enableIdempotence', options)
  return hasWeakAcks(options) || options.retries === 0 ? undefined : idempotence()
}

function demandGuarantees(what: string, options: DeliverySettings): void {
  if (hasWeakAcks(options)) {
    throw new ConfigError(`acks: expected 'all' with ${what}, received ${shown(options.acks)}`)
  }
  if (options.retries === 0) throw new ConfigError(`retries: expected 1 or more with ${what}, received 0`)
}

/** The core takes what Java's properties say, strings included. */
function hasWeakAcks({ acks = 'all' }: DeliverySettings): boolean {
  return acks !== 'all' && String(acks) !== '-1'
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'number' || value === null ? String(value) : typeof value
}
