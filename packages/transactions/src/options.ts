import { ConfigError } from '@posthorn/contracts'

/** Options of {@link transactions}. */
export interface TransactionOptions {
  /**
   * `transactional.id`: names the producer across restarts. Whoever initializes with the same id fences the producer
   * before it, and has what that one left open aborted. Not empty. Required.
   */
  readonly transactionalId: string
  /**
   * `transaction.timeout.ms`: the coordinator aborts a transaction that is open for longer, and fences its producer. 1 or
   * more, at most the brokers' `transaction.max.timeout.ms`, in ms. Default 60000.
   */
  readonly transactionTimeoutMs?: number | undefined
}

/** Options, checked and complete. */
export interface ResolvedOptions {
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
}

const DEFAULT_TIMEOUT_MS = 60_000
const INT32_MAX = 2_147_483_647
const known: ReadonlySet<string> = new Set(['transactionalId', 'transactionTimeoutMs'])

/** Fills in what was left out; throws a `ConfigError` for what cannot be (PRD-21). */
export function resolveOptions(options: TransactionOptions): ResolvedOptions {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) {
    throw new ConfigError(`transactions: expected options with a transactionalId, received ${shown(given)}`)
  }
  const unknown = Object.keys(given).find((key) => !known.has(key))
  if (unknown !== undefined) {
    throw new ConfigError(`transactions: there is no option ${unknown}; there are ${[...known].join(' and ')}`)
  }
  const { transactionalId, transactionTimeoutMs = DEFAULT_TIMEOUT_MS } = options
  if (typeof transactionalId !== 'string' || transactionalId === '') {
    throw new ConfigError(`transactionalId: expected a string that is not empty, received ${shown(transactionalId)}`)
  }
  if (!Number.isInteger(transactionTimeoutMs) || transactionTimeoutMs < 1 || transactionTimeoutMs > INT32_MAX) {
    const expected = `expected a whole number of ms from 1 to ${INT32_MAX}`
    throw new ConfigError(`transactionTimeoutMs: ${expected}, received ${shown(transactionTimeoutMs)}`)
  }
  return { transactionalId, transactionTimeoutMs }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
