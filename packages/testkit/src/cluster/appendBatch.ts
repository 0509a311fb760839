import { ErrorCode, type RecordBatchView } from '@posthorn/protocol'
import { asStored } from '../records/asStored.ts'
import { checkBatch, type Refusal } from './checkBatch.ts'
import type { ClusterState } from './clusterState.ts'
import type { StoredBatch } from './storedBatch.ts'
import type { Partition } from './topic.ts'

/** Where a batch is now, or why it was refused. */
export type Appended = { readonly batch: StoredBatch; readonly duplicate: boolean } | Refusal

/** Appends a batch as the leader of its partition does: checks, sequences, offset, time. */
export function appendBatch(partition: Partition, received: RecordBatchView, cluster: ClusterState): Appended {
  const { topic, log, producers, leader: broker, leaderEpoch } = partition
  const refusal = checkBatch(received, topic, cluster)
  if (refusal !== undefined) return refusal
  if (received.producerId >= 0n) {
    const check = producers.check(received)
    if (check.outcome === 'duplicate') return { batch: check.first, duplicate: true }
    if (check.outcome === 'outOfOrder') return refused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, check.message)
    if (check.outcome === 'oldEpoch') return refused(ErrorCode.INVALID_PRODUCER_EPOCH, check.message)
  }
  const { clock } = cluster.settings
  const logAppendTime = topic.config.messageTimestampType === 'LogAppendTime' ? clock.epochMs() : undefined
  const baseOffset = log.endOffset
  const { recordCount, attributes, producerId, producerEpoch, baseSequence } = received
  const batch: StoredBatch = {
    baseOffset,
    lastOffset: baseOffset + BigInt(recordCount - 1),
    bytes: asStored(received.bytes, baseOffset, leaderEpoch, logAppendTime),
    recordCount,
    attributes,
    maxTimestamp: BigInt(logAppendTime ?? received.maxTimestamp),
    producerId,
    producerEpoch,
    baseSequence,
    leaderEpoch,
    broker,
    appendedAt: clock.now(),
  }
  // First the state, then the log: whoever waits for the log may look at both.
  producers.onAppended(batch)
  log.append(batch)
  return { batch, duplicate: false }
}

function refused(errorCode: number, message: string): Refusal {
  return { errorCode, message }
}
