import type { Delivery, Plugin } from '@posthorn/contracts'
import type { Transactions } from './handle.ts'
import { resolveOptions, type TransactionOptions } from './options.ts'
import { TransactionCalls } from './transactionCalls.ts'
import { TransactionGuard } from './transactionGuard.ts'

/**
 * Transactions (`transactional.id`): to be given as `delivery`; the producer then has {@link Transactions} as `delivery`.
 * They include idempotence, and like it need `acks: 'all'` and at most five requests in flight. By KIP-890 where the
 * cluster has it (`transaction.version` 2), else as before it. Throws a `ConfigError` for options that cannot be.
 */
export function transactions(options: TransactionOptions): Plugin<Delivery<Transactions>> {
  const resolved = resolveOptions(options)
  return (env) => {
    const guard = new TransactionGuard(env, resolved)
    return { guard, handle: new TransactionCalls(guard) }
  }
}
