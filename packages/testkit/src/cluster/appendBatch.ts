import { BatchAttribute, ErrorCode, type RecordBatchView } from '@posthorn/protocol'
import { asStored } from '../records/asStored.ts'
import { encodeEndMarker, type EndMarker } from '../transactions/endMarker.ts'
import { checkBatch, type Refusal } from './checkBatch.ts'
import type { ClusterState } from './clusterState.ts'
import type { StoredBatch } from './storedBatch.ts'
import type { Partition } from './topic.ts'

/** Nobody here compares it: no coordinator of this cluster goes on after another took over. */
const coordinatorEpoch = 0

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
    if (!received.isTransactional && partition.transactions.isOpen(received.producerId)) {
      return refused(ErrorCode.INVALID_TXN_STATE, `producer ${received.producerId} has an open transaction here`)
    }
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
    control: null,
    maxTimestamp: BigInt(logAppendTime ?? received.maxTimestamp),
    producerId,
    producerEpoch,
    baseSequence,
    leaderEpoch,
    broker,
    appendedAt: clock.now(),
  }
  partition.append(batch)
  return { batch, duplicate: false }
}

/** Ends the transaction of a producer in a partition, as its coordinator has the leader do it. */
export function appendMarker(partition: Partition, marker: EndMarker, { settings }: ClusterState): void {
  const { log, leader: broker, leaderEpoch } = partition
  const { clock } = settings
  const timestamp = clock.epochMs()
  const baseOffset = log.endOffset
  partition.append({
    baseOffset,
    lastOffset: baseOffset,
    bytes: encodeEndMarker(marker, { baseOffset, leaderEpoch, timestamp, coordinatorEpoch }),
    recordCount: 1,
    attributes: BatchAttribute.transactional | BatchAttribute.control,
    control: marker.commit ? 'commit' : 'abort',
    maxTimestamp: BigInt(timestamp),
    producerId: marker.producerId,
    producerEpoch: marker.producerEpoch,
    baseSequence: -1,
    leaderEpoch,
    broker,
    appendedAt: clock.now(),
  })
}

function refused(errorCode: number, message: string): Refusal {
  return { errorCode, message }
}
