import type { Delivery, Plugin } from '@posthorn/contracts'
import { IdempotenceGuard } from './idempotenceGuard.ts'

/** `enable.idempotence`: to be given as `delivery`. Needs `acks: 'all'` and at most five requests in flight. */
export function idempotence(): Plugin<Delivery> {
  return (env) => ({ guard: new IdempotenceGuard(env), handle: undefined })
}
