import type { Target } from '../target.ts'
import { batchTarget } from './batches.ts'
import { producerTarget } from './producer.ts'
import { headerTarget, responseTargets } from './responses.ts'
import { splitterTarget } from './splitter.ts'
import { transactionalTarget } from './transactional.ts'

/** Everything that takes bytes from a peer. */
export function allTargets(): Target[] {
  return [
    ...responseTargets(),
    headerTarget(),
    splitterTarget(),
    batchTarget(),
    producerTarget(),
    transactionalTarget(),
  ]
}
