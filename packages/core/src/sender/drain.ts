import type { ProducerBatch } from '../accumulator/batch.ts'
import type { NodeQueue } from '../accumulator/nodeQueue.ts'
import type { Readiness } from '../accumulator/readiness.ts'
import type { GuardProxy } from './guardProxy.ts'
import type { OldBrokers } from './oldBrokers.ts'
import type { Sealer } from './sealer.ts'

/** What draining needs. */
export interface DrainParts {
  readonly readiness: Readiness
  readonly sealer: Sealer
  /** `null`: order is kept by muting a partition while a batch of it is in flight. */
  readonly guard: GuardProxy | null
  /** `null`: brokers before Kafka 0.11 are refused. */
  readonly oldBrokers: OldBrokers | null
  readonly maxRequestSize: number
}

/**
 * Takes at most one batch from each partition listed at a broker, in turn, up to `maxRequestSize` (ACC-10, ACC-11); a
 * first batch goes whatever its size. What is taken has its stamp, header and checksum and is no longer queued.
 */
export function drain(node: NodeQueue, parts: DrainParts, now: number): ProducerBatch[] {
  const drained: ProducerBatch[] = []
  let bytes = 0
  let full = false
  const oldest = parts.oldBrokers?.oldest() ?? null
  for (const queue of node.takeAll()) {
    const batch = queue.first
    // Backing off, muted or sealing: the event that ends it lists the partition again.
    if (batch === undefined || queue.muted || queue.sealing || batch.notBeforeMs > 0) continue
    const mustWait = !batch.sealed && parts.sealer.isBusy()
    if (full || mustWait || parts.guard?.mayDrain(batch) === false) {
      node.list(queue)
      continue
    }
    if (parts.sealer.seal(batch) !== 'sealed') continue
    if (oldest !== null && parts.oldBrokers?.write(batch, oldest) !== 'sealed') continue
    if (drained.length > 0 && bytes + batch.wireBytes > parts.maxRequestSize) {
      full = true
      node.list(queue)
      continue
    }
    if (!batch.headerWritten && !writeHeader(batch, parts)) {
      node.list(queue)
      continue
    }
    queue.remove(batch)
    batch.drainedMs = now
    bytes += batch.wireBytes
    drained.push(batch)
    if (parts.guard === null) queue.muted = true
  }
  // Only now, so that they line up behind those that this request had no room for.
  for (const { partition } of drained) parts.readiness.offer(partition)
  return drained
}

/** False when the guard has no stamp for the batch, or when it has failed. */
function writeHeader(batch: ProducerBatch, { guard, sealer }: DrainParts): boolean {
  if (guard !== null) {
    batch.stamp ??= guard.stamp(batch)
    if (batch.stamp === null) return false
  }
  batch.headerWritten = sealer.writeHeader(batch)
  return batch.headerWritten
}
