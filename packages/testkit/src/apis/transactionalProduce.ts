import { ErrorCode, type ProduceRequest, type RecordBatchView } from '@posthorn/protocol'
import type { Refusal } from '../cluster/checkBatch.ts'
import type { ClusterState } from '../cluster/clusterState.ts'
import type { Partition } from '../cluster/topic.ts'
import { isEnding, partitionKey } from '../transactions/transaction.ts'

/** First version of Produce that adds partitions to the transaction by itself (KIP-890). */
const addsPartitions = 12
/** First version that can be told to abort. */
const knowsAbortable = 11
/** `add.partitions.to.txn.retry.backoff.ms` and `.max.ms` by default. */
const retryMs = 20
const maxRetries = 5

/**
 * Makes sure that the partition is in the transaction of a batch, as a leader asks the coordinator before it appends the
 * first batch of a transaction: adds it, or, for requests below version 12, only has a look. Says why not.
 */
export function joinTransaction(
  partition: Partition,
  batch: RecordBatchView,
  transactionalId: string,
  version: number,
  cluster: ClusterState,
): Refusal | undefined {
  const { topic, index, transactions } = partition
  if (transactions.isOpen(batch.producerId, batch.producerEpoch)) return undefined
  if (version < addsPartitions && !cluster.settings.transactionPartitionVerification) return undefined
  const isFirst = transactions.tryFirst(batch)
  const unable = cluster.coordinators.availability('transaction', transactionalId)
  if (unable !== ErrorCode.NONE) return refusalOf(unable, version)
  const key = partitionKey(topic.name, index)
  const errorCode =
    version >= addsPartitions
      ? cluster.transactions.add(transactionalId, batch, { partitions: [{ topic: topic.name, index }] })
      : cluster.transactions.verify(transactionalId, batch, { partition: key })
  if (errorCode !== ErrorCode.NONE) return refusalOf(errorCode, version)
  return isFirst ? undefined : overtaking
}

const overtaking: Refusal = Object.freeze({
  errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  message: 'an earlier batch of the transaction was refused and must come first',
})

function refusalOf(errorCode: number, version: number): Refusal {
  switch (errorCode) {
    case ErrorCode.PRODUCER_FENCED:
      return { errorCode: ErrorCode.INVALID_PRODUCER_EPOCH, message: 'another epoch of the producer is the latest' }
    case ErrorCode.TRANSACTION_ABORTABLE: {
      const message = 'Partition was not added to the transaction'
      return { errorCode: version >= knowsAbortable ? errorCode : ErrorCode.INVALID_TXN_STATE, message }
    }
    case ErrorCode.CONCURRENT_TRANSACTIONS:
      if (version >= addsPartitions) return { errorCode, message: 'the transaction before is still being ended' }
      return unverified
    case ErrorCode.COORDINATOR_NOT_AVAILABLE:
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
      return unverified
    default:
      return { errorCode, message: null }
  }
}

const unverified: Refusal = Object.freeze({
  errorCode: ErrorCode.NOT_ENOUGH_REPLICAS,
  message: 'Unable to verify the partition has been added to the transaction',
})

/**
 * The wait for the end of the transaction before, where the request would add partitions: a leader tries again by itself
 * for a tenth of a second. Nothing when there is no reason to wait.
 */
export function previousEnd(
  request: ProduceRequest,
  version: number,
  cluster: ClusterState,
): Promise<void> | undefined {
  const { transactionalId } = request
  if (version < addsPartitions || transactionalId === null) return undefined
  const found = cluster.transactions.find(transactionalId)
  return found !== undefined && isEnding(found) ? wait(() => isEnding(found), cluster) : undefined
}

async function wait(isOn: () => boolean, { settings }: ClusterState): Promise<void> {
  for (let i = 0; i < maxRetries && isOn(); i++) {
    await new Promise<void>((resolve) => settings.clock.schedule(retryMs, resolve))
  }
}
