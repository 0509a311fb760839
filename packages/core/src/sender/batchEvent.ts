import type { BatchEvent } from '@posthorn/contracts'
import type { ProducerBatch } from '../accumulator/batch.ts'

/** What hooks are told of a batch. Made only where somebody listens. */
export function batchEvent(batch: ProducerBatch, codec: string): BatchEvent {
  return {
    partition: batch.partition,
    records: batch.recordCount,
    uncompressedBytes: batch.recordBytes,
    bytes: batch.wireBytes,
    codec,
    attempts: batch.attempts,
    createdMs: batch.createdMs,
    drainedMs: batch.drainedMs,
    nodeId: batch.nodeId,
  }
}
