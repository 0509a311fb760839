import type { Codec } from '@posthorn/contracts'
import { BatchAttribute, RecordBatchView } from '@posthorn/protocol'
import { batchRecords } from '../records/batchRecords.ts'
import { incrementSequence } from './producerStates.ts'
import type { StoredBatch, StoredRecord } from './storedBatch.ts'
import type { Partition } from './topic.ts'

/** The records of a stored batch; none for a control batch. */
export function storedRecords(batch: StoredBatch, partition: Partition, codecs: readonly Codec[]): StoredRecord[] {
  if (batch.attributes & BatchAttribute.control) return []
  return batchRecords(new RecordBatchView(batch.bytes), codecs).map((record) => ({
    topic: partition.topic.name,
    partition: partition.index,
    offset: record.offset,
    timestamp: BigInt(record.timestamp),
    key: record.key,
    value: record.value,
    headers: record.headers,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    sequence:
      batch.baseSequence < 0 ? -1 : incrementSequence(batch.baseSequence, Number(record.offset - batch.baseOffset)),
  }))
}
